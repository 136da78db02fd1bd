// Minutes that are typed while the network may go away: what the server does not have yet stays on this machine and says so.
const PREFIX = "minutes:";
const AGAIN = 5000;

function forms() {
  return document.querySelectorAll("form[data-keep]");
}
function area(form) {
  return form.querySelector("textarea[name=text]");
}
function version(form) {
  return form.querySelector("input[name=version]");
}
/** What was typed and never saved, with the version over which it was typed; null for nothing. */
function kept(form) {
  try {
    return JSON.parse(window.localStorage.getItem(PREFIX + form.dataset.keep));
  } catch {
    return null;
  }
}
function keep(form) {
  try {
    const value = JSON.stringify({ text: area(form).value, version: version(form).value });
    window.localStorage.setItem(PREFIX + form.dataset.keep, value);
  } catch {
    // A browser that keeps nothing still has the text on the page.
  }
}
function forget(form) {
  try {
    window.localStorage.removeItem(PREFIX + form.dataset.keep);
  } catch {
    // Nothing was kept.
  }
}
function tell(form, isUnsent) {
  const line = form.querySelector("[data-unsent]");
  if (line) line.hidden = !isUnsent;
  form.dataset.unsent = isUnsent ? "yes" : "";
}
function sendAgain() {
  for (const form of forms()) if (form.dataset.unsent) window.htmx.trigger(form, "again");
}
function begin(form) {
  if (form.dataset.begun) return;
  form.dataset.begun = "yes";
  const text = area(form);
  const left = kept(form);
  if (left === null) return;
  if (left.text === text.value) {
    forget(form);
    return;
  }
  // Typed before, never saved: put back, over the version that was seen then, so that a newer text of somebody else is
  // shown beside it and not overwritten.
  text.value = left.text;
  version(form).value = left.version;
  tell(form, true);
  window.htmx.trigger(form, "again");
}
function mine(event) {
  const form = event.detail.elt?.closest?.("form[data-keep]");
  return form ?? null;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (form && event.target.name === "text") keep(form);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = mine(event);
  if (form) form.dataset.sent = area(form).value;
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = mine(event);
    if (form) tell(form, true);
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  const form = mine(event);
  if (!form || !event.detail.xhr) return;
  const status = event.detail.xhr.status;
  if (status >= 200 && status < 300) {
    tell(form, false);
    if (area(form).value === form.dataset.sent) forget(form);
    else keep(form);
  } else if (status === 422) {
    tell(form, false);
  } else if (status >= 500) {
    tell(form, true);
  }
});
// With the plain button the page goes: what the server took is known when the next page shows the same text.
document.addEventListener("htmx:load", () => forms().forEach(begin));
window.addEventListener("online", sendAgain);
window.setInterval(sendAgain, AGAIN);
window.addEventListener("DOMContentLoaded", () => forms().forEach(begin));
