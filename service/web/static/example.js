/**
 * Choosing or pasting a file searches with it at once, together with the words in the box.
 * Returns a function that searches with a given file.
 */
export function searchByExample(form) {
  const chooser = form.elements.file;
  const words = document.querySelector("#words");

  function search(file) {
    const files = new DataTransfer();
    files.items.add(file);
    chooser.files = files.files;
    form.requestSubmit();
  }

  form.addEventListener("submit", () => {
    form.elements.q.value = words.value;
  });
  chooser.addEventListener("change", () => {
    if (chooser.files.length) form.requestSubmit();
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    search(file);
  });
  return search;
}
