// The search page works without scripts; these make it quicker to use.
import { dropping } from "./drop.js";
import { searchByExample } from "./example.js";
import { slashKey } from "./keys.js";
import { player } from "./player.js";
import { record } from "./record.js";
import { Tray } from "./tray.js";

const tray = new Tray(document.querySelector("#tray"));
const example = searchByExample(document.querySelector("#by-example"));
const chooser = document.querySelector("#add-files");

slashKey(document.querySelector("#words"));
record(document.querySelector(".record"));
player(document.querySelector(".film"));
dropping(document.querySelector("#drop"), {
  example: (files) => example(files[0]),
  add: (files) => tray.add(files),
});
chooser.addEventListener("change", () => {
  tray.add([...chooser.files]);
  chooser.value = "";
});
