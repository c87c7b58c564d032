/**
 * The one script of the console, as it is served. Every page works without it: it asks before what cannot be undone, sends a filter once a
 * choice is made, and brings the live parts of a page up to date by asking the server for the page anew.
 *
 * @module
 */

/** The script. */
export const SCRIPT = `"use strict";
(() => {
  // Live parts: <div id="…" data-live="progress,job">. On such an event the page is asked for again, and each live part replaced.
  const parts = () => [...document.querySelectorAll("[data-live]")];
  const types = new Set(parts().flatMap((part) => part.dataset.live.split(",")));
  let waiting = false, again = false, last = 0;
  const refresh = async () => {
    if (waiting) { again = true; return; }
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, last + 1000 - Date.now())));
    last = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
      if (answer.ok) {
        const next = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of parts()) {
          const fresh = part.id && next.getElementById(part.id);
          if (!fresh || fresh.isEqualNode(part) || part.contains(document.activeElement) && part !== document.activeElement) continue;
          part.replaceWith(document.adoptNode(fresh));
        }
      }
    } catch { /* The next event tries again. */ }
    waiting = false;
    if (again) { again = false; refresh(); }
  };
  if (types.size > 0 && "EventSource" in window) {
    const source = new EventSource("/console/events?type=" + [...types].map(encodeURIComponent).join(","));
    for (const type of types) source.addEventListener(type, refresh);
    addEventListener("pagehide", () => source.close());
  }

  // <form data-filter>: a choice sends it.
  document.addEventListener("change", ({ target }) => {
    if (target.form?.matches("[data-filter]") && target.matches("select, [type=checkbox], [type=radio]")) target.form.requestSubmit();
    const name = target.dataset?.all;
    if (name) for (const box of document.querySelectorAll("input[type=checkbox]")) if (box.name === name) box.checked = target.checked;
  });

  // <form data-confirm="What is about to happen">: asked first.
  let sure;
  document.addEventListener("submit", (event) => {
    const form = event.target, ask = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!ask || sure === form) { sure = undefined; return; }
    event.preventDefault();
    const submitter = event.submitter;
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    text.textContent = ask;
    const choices = document.createElement("div");
    choices.className = "acts";
    const button = (word, strong) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = word;
      if (strong) one.className = "strong";
      choices.append(one);
      return one;
    };
    button("Cancel").addEventListener("click", () => dialog.close());
    button(submitter?.textContent ?? "Go on", true).addEventListener("click", () => {
      dialog.close();
      sure = form;
      form.requestSubmit(submitter ?? undefined);
    });
    dialog.setAttribute("aria-label", "Are you sure?");
    dialog.append(text, choices);
    dialog.addEventListener("close", () => { dialog.remove(); submitter?.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  });
})();
`;
