/**
 * Upload one file. `progress` gets the share that was sent, from 0 to 1.
 * Resolves to the record and what became of the file; rejects with a sentence for people.
 */
export function send(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
    request.addEventListener("error", () =>
      reject(new Error("Could not be sent. A folder? Add the files in it, or use magpie ingest.")),
    );
    request.addEventListener("load", () => {
      if (request.status === 202) resolve(request.response[0]);
      else reject(new Error(request.response?.detail ?? `Was refused (${request.status}).`));
    });
    request.open("POST", "/v1/assets");
    request.send(form);
  });
}
