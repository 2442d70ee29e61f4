// Seals the typed number to the vault's ingest key, so that our own web server cannot read it.
// HPKE base mode (RFC 9180): DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
//
//   sealed_to = base64url(LP(key id, minute, enc, ct))
//   ct = Seal(pk, info LP("ringfence/ingest/v1", deployment, application, key id),
//             aad LP(purpose, minute), 1 ‖ region ‖ text, zero padded to 128 bytes)
const TYPED_BYTES = 128;
const utf8 = new TextEncoder();
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const join = (...parts) => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
};
const big = (number, size) => {
  const out = new Uint8Array(size);
  for (let at = size - 1; at >= 0; at -= 1) { out[at] = number % 256; number = Math.floor(number / 256); }
  return out;
};
const lp = (...fields) => join(...fields.flatMap((field) => [big(field.length, 4), field]));

// HKDF-SHA256 with RFC 9180's labels, section 4.
const hmac = async (key, data) => {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
};
const VERSION = utf8.encode("HPKE-v1");
const KEM = join(utf8.encode("KEM"), big(0x0010, 2));
const SUITE = join(utf8.encode("HPKE"), big(0x0010, 2), big(0x0001, 2), big(0x0002, 2));
const NOTHING = new Uint8Array(32);
const extract = (suite, salt, label, input) =>
  hmac(salt, join(VERSION, suite, utf8.encode(label), input));
// One block of expansion: every length here is at most 32.
const expand = async (suite, key, label, info, length) =>
  (await hmac(key, join(big(length, 2), VERSION, suite, utf8.encode(label), info, big(1, 1)))).slice(0, length);

const encapsulate = async (publicKey) => {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const [pair, recipient] = await Promise.all([
    crypto.subtle.generateKey(curve, false, ["deriveBits"]),
    crypto.subtle.importKey("raw", publicKey, curve, false, []),
  ]);
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const dh = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: recipient }, pair.privateKey, 256));
  const prk = await extract(KEM, NOTHING, "eae_prk", dh);
  return [enc, await expand(KEM, prk, "shared_secret", join(enc, publicKey), 32)];
};

const seal = async (publicKey, info, aad, plain) => {
  const [enc, shared] = await encapsulate(publicKey);
  const context = join(big(0, 1), await extract(SUITE, NOTHING, "psk_id_hash", big(0, 0)), await extract(SUITE, NOTHING, "info_hash", info));
  const secret = await extract(SUITE, shared, "secret", big(0, 0));
  const key = await expand(SUITE, secret, "key", context, 32);
  const iv = await expand(SUITE, secret, "base_nonce", context, 12);
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return [enc, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, aes, plain))];
};

// The note that names the key: C2SP signed note, Ed25519. A browser without Ed25519 cannot
// check it and seals all the same: https brought note and script alike.
const open = async (note, verifier) => {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [name, id, ...key] = verifier.split("+");
  const line = note.slice(end + 2).split("\n").map((l) => l.split(" ")).find((l) => l[0] === "\u2014" && l[1] === name);
  const blob = bytes(line[2]);
  if (hex(id).some((byte, at) => byte !== blob[at])) throw new Error("another key");
  let checker;
  try {
    checker = await crypto.subtle.importKey("raw", bytes(key.join("+")).slice(1), "Ed25519", false, ["verify"]);
  } catch { return text; }
  if (!await crypto.subtle.verify("Ed25519", checker, blob.slice(4), utf8.encode(text))) throw new Error("wrong signature");
  return text;
};

const form = document.querySelector("form[data-seal]");
const opened = performance.now();
// The server's time, carried on: the person's clock may be wrong by more than the vault allows.
const now = () => Number(form.dataset.now) + performance.now() - opened;

const key = async () => {
  const read = async (note) => {
    const text = await open(note, form.dataset.verifier);
    return Object.fromEntries(text.split("\n").slice(1).filter(Boolean).map((line) => line.split(" ")));
  };
  const given = await read(form.dataset.seal);
  if (now() / 1000 < Number(given["not-after"])) return given;
  const answer = await fetch(form.dataset.fresh);
  if (!answer.ok) throw new Error("no key");
  return read(await answer.text());
};

const sealed = async (region, text) => {
  const note = await key();
  // What has no room is no number: the vault is sent a sign that it refuses as such, and the answer
  // stands beside the field. A part of it might be somebody's number.
  const whole = utf8.encode(text.replaceAll("\0", ""));
  const typed = whole.length > TYPED_BYTES - 3 ? utf8.encode("?") : whole;
  const plain = new Uint8Array(TYPED_BYTES);
  plain.set([1, ...(region ? utf8.encode(region) : [0, 0]), ...typed]);
  const minute = big(Math.floor(now() / 60000), 4);
  const id = utf8.encode(note.key);
  const info = lp(utf8.encode("ringfence/ingest/v1"), hex(note.deployment), hex(form.dataset.application), id);
  const aad = lp(utf8.encode(form.dataset.purpose), minute);
  const [enc, ct] = await seal(bytes(note.public), info, aad, plain);
  let out = "";
  for (const byte of lp(id, minute, enc, ct)) out += String.fromCharCode(byte);
  return btoa(out).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const sealing = async (number, region) => {
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "sealed_to";
  hidden.value = await sealed(region.value, number.value);
  form.querySelector("[name=sealed_to]")?.remove();
  form.append(hidden);
  // Only the sealed form travels: a field without a name is not sent.
  number.removeAttribute("name");
  form.submit();
  number.name = "number";
};

if (form && globalThis.crypto?.subtle) {
  const number = form.querySelector("[name=number]");
  let plain = false;
  form.addEventListener("submit", (event) => {
    sessionStorage.setItem("rf-typed", number.value);
    sessionStorage.setItem("rf-country", form.querySelector("[name=country]").value);
    if (plain || event.defaultPrevented || !number.value.trim()) return;
    // press.mjs has noted this press; submit() below sends without asking it again.
    event.preventDefault();
    sealing(number, form.querySelector("[name=country]")).catch(() => {
      const line = document.querySelector("#seal-line span");
      line.textContent = line.dataset.failed;
      plain = true;
      // press.mjs takes a page that shows again as one to be pressed again.
      dispatchEvent(new Event("pageshow"));
    });
  });
} else if (form) {
  // Sealing needs a secure page: say what happens without it.
  document.getElementById("seal-line").hidden = true;
  document.querySelector(".unscripted").classList.remove("unscripted");
}
