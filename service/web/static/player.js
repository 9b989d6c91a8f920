/** A player whose times on the page, and in the address, take it to a second. */
export function player(film) {
  if (!film) return;
  const goTo = (second) => {
    film.currentTime = second;
    film.play().catch(() => {});
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-second]");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", `#t=${link.dataset.second}`);
    goTo(Number(link.dataset.second));
    film.scrollIntoView({ block: "nearest" });
  });
  const asked = /^#t=(\d+(?:\.\d+)?)/.exec(location.hash);
  if (asked) film.currentTime = Number(asked[1]);
}
