// The number field. A typed + and calling code sets the country beside it; the server reads the
// + first anyway, so a wrong guess here costs nothing. What is typed is never rewritten.
const field = document.getElementById("number");
const select = document.getElementById("country");
if (field && select) {
  // The calling codes stand in the list itself: "Germany (+49)".
  const codes = new Map();
  for (const option of select.options) {
    const code = option.textContent.match(/\+(\d+)/)?.[1];
    if (code) codes.set(code, [...(codes.get(code) ?? []), option.value]);
  }
  // Where countries share a code, the one whose list others joined.
  const first = { 1: "US", 7: "RU", 39: "IT", 44: "GB", 47: "NO", 61: "AU", 64: "NZ", 212: "MA", 262: "RE", 358: "FI", 590: "GP", 599: "CW" };
  const digits = (text) => text.normalize("NFKC").replace(/[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]/g, (d) => String(d.charCodeAt(0) % 16 % 10));
  const follow = () => {
    const typed = digits(field.value).replace(/[^\d+]/g, "").replace(/^00/, "+");
    if (!typed.startsWith("+")) return;
    for (let length = 3; length > 0; length -= 1) {
      const code = typed.slice(1, 1 + length);
      const sharing = codes.get(code);
      if (code.length === length && sharing) {
        if (!sharing.includes(select.value)) {
          select.value = sharing.includes(first[code]) ? first[code] : sharing[0];
        }
        return;
      }
    }
  };
  field.addEventListener("input", follow);
  // After a refusal of a sealed number the server could not write it back: this tab still can.
  if (!field.value && document.getElementById("summary")) {
    field.value = sessionStorage.getItem("rf-typed") ?? "";
  }
  follow();
}
