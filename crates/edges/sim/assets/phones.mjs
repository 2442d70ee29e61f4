// The simulator's page, live: what arrives appears, is spoken once, and counts in the title until
// somebody looks. Without this script the page reloads itself every five seconds.
const root = document.documentElement;
root.classList.add("has-script");
document.getElementById("summary")?.focus();

const byId = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

function localTimes() {
  for (const time of document.querySelectorAll("time[data-style]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = clock.format(at);
  }
}

// What changes while people look; forms stay, so that nothing typed is lost.
const parts = ["list", "list-title", "messages", "thread-title"];

// What was copied last: its button goes on saying so when news replace it.
let copied = null;
function keepCopied(page) {
  for (const button of page.querySelectorAll("[data-copy]")) {
    if (page.getElementById(button.dataset.copy).textContent === copied) {
      button.textContent = document.body.dataset.copied;
    }
  }
}

function show(fresh) {
  keepCopied(fresh);
  document.title = fresh.title;
  const same = byId("thread").dataset.key === fresh.getElementById("thread").dataset.key;
  if (!same || !byId("text") !== !fresh.getElementById("text")) {
    byId("thread").replaceWith(fresh.getElementById("thread"));
  }
  for (const id of parts) {
    const [old, now] = [byId(id), fresh.getElementById(id)];
    if (!old || !now || old.isEqualNode(now)) continue;
    const link = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.replaceWith(now);
    if (link) now.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
  }
  localTimes();
}

// A press on what is replaced meanwhile would be lost: what is new waits for the press to end, and
// the page says that it is busy.
let pressing = false;
const main = document.querySelector("main");
addEventListener("pointerdown", () => { pressing = true; });
for (const end of ["pointerup", "pointercancel", "blur"]) {
  // The click comes after the pointer is up.
  addEventListener(end, () => setTimeout(() => { pressing = false; dispatchEvent(new Event("released")); }));
}
const released = () => new Promise((go) => addEventListener("released", go, { once: true }));

async function load(path, background) {
  const answer = await fetch(path, { headers: background ? { "x-background": "1" } : {} });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (pressing) {
    main.ariaBusy = "true";
    await released();
    main.ariaBusy = null;
  }
  show(fresh);
}

// Fetches what is on screen. The thread that somebody can see becomes read, and its address
// says so; the list alone does not.
async function refresh() {
  const open = location.pathname.startsWith("/sim/threads/");
  await load(open ? location.pathname : "/sim", document.hidden);
  const { key } = byId("thread").dataset;
  const seen = !document.hidden && byId("thread").checkVisibility();
  if (!open && key && seen && byId("list").querySelector("[aria-current].unread")) {
    await fetch(`/sim/threads/${key}`);
    await load("/sim", false);
  }
}

let under = Promise.resolve();
function queue() {
  under = under.then(refresh).catch(lost);
}

function live(words, ok) {
  byId("live").classList.toggle("ok", ok);
  byId("live").classList.toggle("bad", !ok);
  byId("live-words").textContent = words;
  byId("reload").hidden = ok;
}
function lost() {
  live(byId("live").dataset.lost, false);
}

if (!byId("summary")) {
  const stream = new EventSource("/sim/live");
  stream.addEventListener("open", () => live(byId("live").dataset.live, true));
  stream.addEventListener("error", lost);
  stream.addEventListener("message", (event) => {
    const { said } = JSON.parse(event.data);
    if (said) byId("status").textContent = said;
    queue();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) queue(); });
  queue();
} else {
  live("Stands still until you send the form.", true);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = byId(button.dataset.copy);
  const text = source.textContent;
  try {
    await navigator.clipboard.writeText(text);
    copied = text;
    // The button that was pressed may have been replaced meanwhile.
    keepCopied(document);
  } catch {
    getSelection().selectAllChildren(source);
  }
});
localTimes();
