// Copy buttons. The button says that it is done for as long as the page stands.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = document.body.dataset.copied;
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}
// The number that an earlier page kept for showing is of no use once it is proven.
if (document.querySelector("[data-forget]")) {
  for (const kept of ["rf-typed", "rf-country"]) sessionStorage.removeItem(kept);
}
