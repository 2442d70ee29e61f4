// Where a number belongs that is being typed: the same answers as `numbers::region_so_far`, which
// a test holds against each other. `shared` is in places.mjs.
const nd = /\p{Nd}/u;
// A set of digits begins with its zero, and sets that touch have ten each.
const value = (c) => {
  let before = 0;
  while (nd.test(String.fromCodePoint(c.codePointAt(0) - before - 1))) before += 1;
  return before % 10;
};
const typedDigits = (text) => {
  let out = "";
  for (const c of [...text].slice(0, 128)) {
    if (nd.test(c)) out += value(c);
    else if (!out && "+\uFF0B\uFE62\u2795".includes(c)) out = "+";
  }
  return out;
};
const codeOf = (typed, codes) => [1, 2, 3].map((length) => typed.slice(1, 1 + length)).find((code) => codes.has(code));
// `codes` has the regions of each calling code, `chosen` is what stands beside the field now.
const placed = (text, chosen, codes) => {
  const typed = typedDigits(text).replace(/^00/, "+");
  if (!typed.startsWith("+")) return null;
  const code = codeOf(typed, codes);
  if (!code) return null;
  const regions = codes.get(code);
  const list = (shared[code] ?? "").split(",").filter(Boolean).map((entry) => entry.split(":"));
  const decided = list.find(([, digits]) => new RegExp(`^(?:${digits})`).test(typed.slice(1 + code.length)));
  if (decided) return decided[0];
  return regions.includes(chosen) ? chosen : list[0]?.[0] ?? regions[0];
};
