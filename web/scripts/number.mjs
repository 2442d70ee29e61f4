// The number field. A typed + and calling code sets the country beside it; the server reads the
// + first anyway, so a wrong guess here costs nothing. Digits typed one after the other fall into
// groups; nothing else that is typed is ever rewritten.
const field = document.getElementById("number");
const select = document.getElementById("country");
if (field && select) {
  // The calling codes stand in the list itself: "Germany (+49)".
  const codes = new Map();
  for (const option of select.options) {
    const code = option.textContent.match(/\+(\d+)/)?.[1];
    if (code) codes.set(code, [...(codes.get(code) ?? []), option.value]);
  }
  const follow = () => {
    const region = placed(field.value, select.value, codes);
    // A country that is not offered is left to the server.
    if (region && [...select.options].some((option) => option.value === region)) select.value = region;
  };
  // What stands in the field as we left it. Whoever writes gaps of their own, goes back into the
  // number, pastes it or lets the browser fill it in keeps it as it is.
  let ours = "";
  const part = (event) => {
    const text = field.value;
    const atEnd = field.selectionStart === text.length && field.selectionEnd === text.length;
    if (event.inputType === "deleteContentBackward" && atEnd && ours.startsWith(text)) ours = text;
    if (event.inputType !== "insertText" || event.isComposing || !atEnd || !/^\p{Nd}$/u.test(event.data)) return;
    const before = text.slice(0, -event.data.length);
    if (before !== ours && !/^[+\uFF0B]?\p{Nd}*$/u.test(before)) return;
    const typed = [...text].filter((c) => /[+\uFF0B]|\p{Nd}/u.test(c));
    const out = [...grouped(typedDigits(text), select.value, codes)];
    ours = out.map((c) => /[+\d]/.test(c) ? typed.shift() : c).join("");
    if (ours === text) return;
    field.value = ours;
    field.setSelectionRange(ours.length, ours.length);
  };
  field.addEventListener("input", (event) => { follow(); part(event); });
  // The server never had a number that was sealed: after a refusal, and for who comes back to
  // change it, this tab writes it back, with the country it was typed for. Whoever signs in anew
  // is shown nothing.
  const typed = sessionStorage.getItem("rf-typed");
  if (!field.value && typed && (document.getElementById("summary") || field.form.matches("[action='/signup']"))) {
    field.value = typed;
    const country = sessionStorage.getItem("rf-country");
    if (country && select.querySelector(`[value="${CSS.escape(country)}"]`)) select.value = country;
  }
  follow();
}
