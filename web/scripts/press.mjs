// What every page with a form shares: the error summary takes the focus, a second press does
// nothing, and a slow answer is said on the button.
document.documentElement.classList.add("has-script");
document.getElementById("summary")?.focus();

for (const form of document.querySelectorAll("form[data-press]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.pressed) {
      event.preventDefault();
      return;
    }
    form.dataset.pressed = "yes";
    const button = form.querySelector("button:not([hidden])");
    if (!button) return;
    const words = button.textContent;
    const waiting = setTimeout(() => { button.textContent = document.body.dataset.sending; }, 400);
    // Back brings the page as it was, pressed button and all: let it be pressed again.
    addEventListener("pageshow", () => {
      clearTimeout(waiting);
      button.textContent = words;
      delete form.dataset.pressed;
    }, { once: true });
  });
}
