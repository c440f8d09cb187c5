"use strict";
// Tables that are too long to be laid out at once: a page of rows at a time, and a search through all of them.
// The rows lie beside the table as JSON. They are texts of other people: nothing but `textContent` takes them in.
const PAGE = 200;
const MARKS = { good: "✓", bad: "✕", open: "?" };
const CLASSES = { number: "figures", code: "names", prose: "prose" };

function made(tag, text, kind) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function cell(value, label) {
  const [text, tone = "", note = ""] = typeof value === "string" ? [value] : value;
  const place = made("td", "", CLASSES[tone] || (note.length > 60 ? "said" : ""));
  place.setAttribute("role", "cell");
  place.dataset.label = label;
  const said = made("span", "", tone || "plain");
  if (MARKS[tone]) {
    const mark = made("span", MARKS[tone], "mark");
    mark.setAttribute("aria-hidden", "true");
    said.append(mark);
  }
  said.append(text);
  place.append(said);
  if (note) place.append(made("small", note));
  return place;
}

function line(row, labels) {
  const element = made("tr");
  element.setAttribute("role", "row");
  element.append(...row.map((value, at) => cell(value, labels[at])));
  return element;
}

function paged(box) {
  const rows = JSON.parse(box.querySelector("script").textContent);
  const table = box.querySelector("table");
  const labels = Array.from(table.tHead.rows[0].cells, (head) => head.textContent);
  const caption = table.caption.textContent;
  const pager = made("div", "", "pager"), label = made("label"), search = made("input");
  const back = made("button", "Previous"), on = made("button", "Next"), status = made("p", "", "status quiet");
  let texts = null, found = rows, start = 0;

  function show() {
    const page = found.slice(start, start + PAGE), words = search.value.trim();
    table.tBodies[0].replaceChildren(...page.map((row) => line(row, labels)));
    const which = words ? ` with “${words}” (of ${rows.length.toLocaleString("en")})` : "";
    const span = page.length ? `${(start + 1).toLocaleString("en")} to ${(start + page.length).toLocaleString("en")}` : "none";
    status.textContent = `${caption}: ${span} of ${found.length.toLocaleString("en")}${which}`;
    back.disabled = start === 0;
    on.disabled = start + PAGE >= found.length;
  }

  function seek() {
    texts ??= rows.map((row) => row.flat().join(" ").toLowerCase());
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = words.length ? rows.filter((_, at) => words.every((word) => texts[at].includes(word))) : rows;
    start = 0;
    show();
  }

  function turn(by) {
    start += by;
    show();
    pager.scrollIntoView();
  }

  search.type = "search";
  search.placeholder = "Every word must be in the row: critical sql shop/";
  search.setAttribute("aria-label", `Search in: ${caption}`);
  status.setAttribute("aria-live", "polite");
  for (const button of [back, on]) button.type = "button";
  search.addEventListener("input", seek);
  back.addEventListener("click", () => turn(-PAGE));
  on.addEventListener("click", () => turn(PAGE));
  label.append(search);
  pager.append(label, back, on, status);
  box.querySelector(".rest").remove();
  table.before(pager);
  show();
}

document.querySelectorAll(".paged").forEach(paged);
