// Groups digits while they are typed, as `numbers::as_you_type` does with what may become a number
// of a person; a test holds them against each other. `groups` is in groups.mjs.
const DIGITS_GROUPED_MAX = 20;
const HOME_DIGITS_MIN = 3;
const ABROAD = 0;
const WITH_TRUNK = 1;
const BARE = 2;
const count = (c) => /[0-9a-z]/.test(c) ? parseInt(c, 36) : 0;
// A bracket is closed with the last digit in it, and is not there before.
const cut = (template, digits) => {
  let [out, at] = ["", 0];
  for (const c of template) {
    if (at === digits.length && c !== ")") break;
    const group = digits.slice(at, at + count(c));
    out += count(c) ? group : c;
    at += group.length;
    if (group.length < count(c)) break;
  }
  if (at < digits.length) return null;
  return out.includes(")") ? out : out.replace("(", "");
};
// Of the rules that fit, the one that says most about how the number begins.
const templates = (rules, national, way, trunk) => {
  let [longest, ways] = [-1, ""];
  for (const rule of rules) {
    const [told, begins] = rule.split("=");
    const found = new RegExp(`^(?:${begins})`).exec(national);
    if (found && found[0].length > longest) [longest, ways] = [found[0].length, told];
  }
  const told = ways.split("/");
  if (told[way]) return told[way].split(",");
  const abroad = told[ABROAD].split(",");
  if (way !== WITH_TRUNK) return abroad;
  return abroad.map((template) => template.replace(/[0-9a-z]/, (c) => (count(c) + trunk.length).toString(36)));
};
const inGroups = (code, digits, isAbroad) => {
  const [trunk, ...rules] = groups[code].split(";");
  const hasTrunk = !isAbroad && trunk && digits.startsWith(trunk);
  const national = hasTrunk ? digits.slice(trunk.length) : digits;
  const way = isAbroad ? ABROAD : hasTrunk ? WITH_TRUNK : BARE;
  for (const template of templates(rules, national, way, trunk)) {
    const out = cut(template, digits);
    if (out !== null) return out;
  }
  return digits;
};
// `typed` has ASCII digits and perhaps a + before them. `codes` has the regions of each code.
const grouped = (typed, region, codes) => {
  if (typed.length > DIGITS_GROUPED_MAX) return typed;
  if (typed.startsWith("+")) {
    const code = codeOf(typed, codes);
    const digits = typed.slice(1 + (code?.length ?? 0));
    return code && digits ? `+${code} ${inGroups(code, digits, true)}` : typed;
  }
  const code = [...codes].find(([, regions]) => regions.includes(region))?.[0];
  return code && typed.length >= HOME_DIGITS_MIN ? inGroups(code, typed, false) : typed;
};
