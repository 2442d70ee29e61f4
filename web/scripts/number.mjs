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
  const follow = () => {
    const region = placed(field.value, select.value, codes);
    // A country that is not offered is left to the server.
    if (region && [...select.options].some((option) => option.value === region)) select.value = region;
  };
  field.addEventListener("input", follow);
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
