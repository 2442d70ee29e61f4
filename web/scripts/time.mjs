// Times of <time data-style> in the person's own zone and language. Without this script they
// stand in UTC, labelled.
const page = document.body.dataset.lang;
// The page's language as the person speaks it: en-GB for a page in en.
const language = navigator.languages.find((own) => own.split("-")[0] === page) ?? page;
const styles = {
  time: { hour: "numeric", minute: "2-digit" },
  date: { dateStyle: "medium", timeStyle: "short" },
};
for (const element of document.querySelectorAll("time[data-style]")) {
  const at = new Date(element.dateTime);
  const style = styles[element.dataset.style];
  if (style && !Number.isNaN(at.getTime())) {
    element.textContent = new Intl.DateTimeFormat(language, style).format(at);
  }
}
