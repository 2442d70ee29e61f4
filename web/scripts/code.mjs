// The code page: the number as typed, the code from the text, and one word when a wait is over.
const typed = sessionStorage.getItem("rf-typed");
const place = document.querySelector("[data-typed]");
if (typed && place) {
  place.textContent = typed;
  document.querySelector(".typed").hidden = false;
  document.querySelector(".untyped").hidden = true;
}

const form = document.querySelector("form[data-code]");
const field = document.getElementById("code");
// A wrong code is typed over when the field gets the focus, which the summary has first.
if (field.getAttribute("aria-invalid")) field.setSelectionRange(0, field.value.length);

// WebOTP: the person agrees in the browser's own prompt, so the form may go by itself. What is
// typed never does: a wrong guess costs a try.
if (form && "OTPCredential" in window) {
  const stop = new AbortController();
  form.addEventListener("submit", () => stop.abort());
  navigator.credentials.get({ otp: { transport: ["sms"] }, signal: stop.signal })
    .then((otp) => { field.value = otp.code; form.requestSubmit(); })
    .catch(() => {});
}

// A wait that ends while the page is open becomes a button, and is said once.
const spoken = document.getElementById("spoken");
for (const wait of document.querySelectorAll("[data-opens]")) {
  const left = Date.parse(wait.dataset.opens) - Date.now();
  setTimeout(() => {
    wait.hidden = true;
    wait.nextElementSibling.hidden = false;
    spoken.textContent = wait.dataset.said;
  }, Math.min(Math.max(left, 0), 2 ** 31 - 1));
}
