"use strict";
// Everything works without this file, but for search, copying, and knowing the address of the page.

const site = new URL(document.documentElement.dataset.root || "./", location.href);
for (const place of document.querySelectorAll("[data-url]")) {
  place.textContent = new URL(place.dataset.url, site).href;
}

async function copy(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Pages that come over plain HTTP have no clipboard; what is selected can still be copied.
    getSelection().selectAllChildren(code);
    if (!document.execCommand("copy")) return "Press Ctrl+C";
    getSelection().removeAllRanges();
  }
  return "Copied";
}

for (const button of document.querySelectorAll(".copy")) {
  const name = button.getAttribute("aria-label");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.textContent = await copy(button);
    button.setAttribute("aria-label", button.textContent);
    setTimeout(() => {
      button.textContent = "Copy";
      button.setAttribute("aria-label", name);
    }, 2000);
  });
}

// A link to #use should show what is in there.
function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", unfold);
unfold();

const form = document.querySelector(".search");
if (form) {
  // As pip compares names: PyYAML, pyyaml; scikit_learn, scikit-learn.
  const plain = (text) => text.toLowerCase().replace(/[-_.]+/g, "-");
  const box = form.querySelector("input");
  const rows = Array.from(document.querySelectorAll("#packages tbody tr, .others li"), (element) => ({
    element,
    link: element.querySelector("a"),
    text: plain(element.textContent),
  }));

  const search = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.text.includes(word));
      if (row.element.hidden === fits) row.element.hidden = !fits;
      count += fits;
    }
    document.getElementById("found").textContent = words.length ? `${count} of ${rows.length}` : "";
    document.getElementById("nothing").hidden = count > 0;
    const address = new URL(location.href);
    if (words.length) address.searchParams.set("q", box.value);
    else address.searchParams.delete("q");
    if (address.href !== location.href) history.replaceState(null, "", address);
  };

  form.hidden = false;
  box.value = new URL(location.href).searchParams.get("q") || "";
  search();
  box.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const left = rows.filter((row) => !row.element.hidden);
    const exact = left.find((row) => row.link.textContent === plain(box.value.trim()));
    const chosen = exact || (left.length === 1 ? left[0] : null);
    if (chosen) location.href = chosen.link.href;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      search();
    }
  });
}
