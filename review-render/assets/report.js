"use strict";
// Comfort only: the page is complete without this file. Nothing is fetched and nothing from the report is run.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  const findings = all("article.finding");
  const filters = document.getElementById("filters");
  const visible = () => findings.filter((finding) => !finding.hidden);

  // What stands in a closed part is opened before somebody is sent there, and before the page goes to paper.
  const reveal = (element) => {
    for (let part = element; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  };
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    target.hidden = false;
    reveal(target);
    target.scrollIntoView({ behavior: "instant" });
  };
  addEventListener("hashchange", follow);
  addEventListener("load", follow);
  addEventListener("beforeprint", () => all("details").forEach((part) => { part.open = true; }));

  const box = document.getElementById("filterbox");
  if (filters) {
    box.hidden = false;
    const words = new Map();
    const count = document.getElementById("f-count");
    const value = (name) => filters.elements[name] ? filters.elements[name].value : "";
    const apply = () => {
      const wanted = filters.elements["f-text"].value.toLowerCase().split(/\s+/).filter(Boolean);
      const severities = all("[name=severity]:checked", filters).map((box) => box.value);
      const [reviewer, file, state] = ["reviewer", "file", "state"].map(value);
      let shown = 0;
      for (const finding of findings) {
        const data = finding.dataset;
        let fits = severities.includes(data.severity)
          && (!reviewer || data.reviewers.split(" ").includes(reviewer))
          && (!file || data.files.split("\n").includes(file))
          && (!state || data.state === state);
        if (fits && wanted.length) {
          if (!words.has(finding)) words.set(finding, finding.textContent.toLowerCase());
          fits = wanted.every((word) => words.get(finding).includes(word));
        }
        finding.hidden = !fits;
        if (fits) shown += 1;
      }
      for (const heading of all("h3.group")) {
        let next = heading.nextElementSibling;
        let any = false;
        while (next && next.matches("article.finding")) {
          any = any || !next.hidden;
          next = next.nextElementSibling;
        }
        heading.hidden = !any;
      }
      const folded = document.getElementById("folded");
      if (folded && shown < findings.length) folded.open = all("article.finding", folded).some((f) => !f.hidden);
      count.textContent = shown === findings.length ? "" : `${shown} of ${findings.length} findings shown`;
    };
    filters.addEventListener("input", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("reset", () => setTimeout(apply));
  }

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  all("[data-do=copy]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "copy") {
      const patch = button.closest(".fix").querySelector("pre.diff");
      if (patch) await copy(patch.textContent.replace(/\n*$/, "\n"));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy as patch"; }, 2000);
    } else if (button.dataset.do === "expand") {
      const parts = all("section#findings details");
      const open = parts.some((part) => !part.open);
      parts.forEach((part) => { part.open = open; });
      button.textContent = open ? "Collapse all" : "Expand all";
    } else if (button.dataset.do === "theme") {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    } else if (button.dataset.do === "help") {
      help.showModal();
    }
  });

  // Tools that only the script can offer.
  const make = (tag, text, data) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (data) element.dataset.do = data;
    return element;
  };
  const help = make("dialog");
  help.setAttribute("aria-label", "Keyboard");
  const list = make("dl");
  const keys = [["j", "next finding"], ["k", "previous finding"], ["o", "open or close its details"],
    ["/", "search"], ["d", "dark or light"], ["?", "this list"], ["Esc", "close"]];
  for (const [key, what] of keys) {
    const term = make("dt");
    term.append(make("kbd", key));
    list.append(term, make("dd", what));
  }
  const close = make("button", "Close");
  close.addEventListener("click", () => help.close());
  help.append(make("strong", "Keyboard"), list, close);
  const tools = make("div");
  tools.className = "tools";
  const theme = make("button", "◐", "theme");
  theme.setAttribute("aria-label", "Dark or light");
  const question = make("button", "?", "help");
  question.setAttribute("aria-label", "Keyboard");
  tools.append(theme);
  if (findings.length) tools.append(question);
  const main = document.querySelector("main");
  (main || document.body).append(tools, help);

  let current = -1;
  const go = (step) => {
    const list = visible();
    if (!list.length) return;
    if (current >= 0) findings[current].classList.remove("current");
    const at = list.indexOf(findings[current]);
    const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
    current = findings.indexOf(next);
    next.classList.add("current");
    reveal(next.parentElement);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const search = document.getElementById("f-text");
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "o" && current >= 0) all("details", findings[current]).forEach((part) => { part.open = !part.open; });
    else if (event.key === "/" && search) {
      box.open = true;
      search.focus();
    }
    else if (event.key === "d") theme.click();
    else if (event.key === "?") help.showModal();
    else return;
    event.preventDefault();
  });
})();
