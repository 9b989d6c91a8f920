// Building markup from data: text only, so that no file name can become an element.

/** A name without the characters that would turn its direction and hide how it ends. */
export function visible(name) {
  return name.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** An element with properties and children; strings become text nodes. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
