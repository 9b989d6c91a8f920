const PAUSE_MS = 1000;

/** The page of a record: shows it anew once it is read, and times as this place counts them. */
export function record(article) {
  for (const time of document.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
  }
  if (!article) return;
  keepWhatLoads(article.querySelector(".sharp"));
  if (article.dataset.state === "queued") reloadWhenRead(article.dataset.asset);
}

/** The small picture stays in view where the original cannot be shown. */
function keepWhatLoads(sharp) {
  if (!sharp) return;
  if (sharp.complete && !sharp.naturalWidth) sharp.remove();
  sharp.addEventListener("error", () => sharp.remove());
}

async function reloadWhenRead(address) {
  let state = "queued";
  while (state === "queued") {
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    const response = await fetch(address).catch(() => null);
    if (response?.ok) ({ state } = await response.json());
    else if (response) return;
  }
  location.reload();
}
