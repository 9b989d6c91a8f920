/**
 * While files are dragged over the window, an overlay offers what can be done with them.
 * `actions` maps each `data-drop` name of the overlay to a function that takes the files.
 */
export function dropping(overlay, actions) {
  let depth = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

  function show(on) {
    overlay.hidden = !on;
    if (!on) depth = 0;
  }

  function target(event) {
    return event.target.closest?.("[data-drop]");
  }

  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    show(true);
  });
  addEventListener("dragleave", (event) => {
    if (holdsFiles(event) && --depth <= 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    for (const each of overlay.children) each.classList.toggle("over", each === target(event));
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    show(false);
    const files = [...event.dataTransfer.files];
    const action = target(event)?.dataset.drop;
    if (action && files.length) actions[action](files);
  });
}
