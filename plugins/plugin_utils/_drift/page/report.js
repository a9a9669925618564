"use strict";
// What the page does beyond showing all there is: filters, counts that follow them, keys, and links that carry a filter.
// It reads the findings from the page itself and writes nothing but attributes and plain text.

const FACETS = ["server", "tenant", "kind", "type", "severity", "status"];
const GONE = "gone";
const OF_PLACES = ["server", "tenant", "kind"];

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const form = byId("controls");
const search = byId("words");
const letters = byId("letters");
const selects = all("select[data-facet]", form);
const toggles = all("button[data-facet]", form);

const described = (element) => ({
  element,
  server: element.closest("[data-server]").dataset.server,
  ...element.dataset,
  text: null,
});
const findings = all("details.finding").map(described);
const nowAndGone = [findings.filter(({ status }) => status !== GONE), findings.filter(({ status }) => status === GONE)];
const counted = all("tr[data-server]").map(described);
const groups = all(".group").map((section) => ({
  section,
  label: section.querySelector("h3 .count"),
  findings: findings.filter((finding) => section.contains(finding.element)),
}));
const options = selects.flatMap((select) => [...select.options].slice(1).map((option) => (
  { option, facet: select.dataset.facet, value: option.value.slice(1), label: option.text }
)));

// What is chosen, by facet; nothing chosen is everything.
const chosen = Object.fromEntries(FACETS.map((facet) => [facet, new Set()]));
let words = [];

function fits(thing, facet) {
  return !chosen[facet].size || chosen[facet].has(thing[facet]);
}

function holdsWords(thing) {
  if (!words.length) return true;
  thing.text ??= textOf(thing);
  return words.every((word) => thing.text.includes(word));
}

// What a search looks at: not what the page itself says in each finding, such as the heads of tables.
function textOf({ element, server }) {
  const parts = all("summary, p, tbody > tr > *, .facts li:not(:last-child)", element).map((part) => part.textContent);
  return [server, ...parts].join(" ").toLowerCase();
}

function show(thing, shown) {
  if (thing.element.hidden === shown) thing.element.hidden = !shown;
}

// Shows what fits. A choice counts what it would show beside the choices of all other facets. What is gone is shown in
// its place, and counts as a status; in other counts only when it is asked for.
function filter() {
  const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map()]));
  const count = (finding, facet) => counts[facet].set(finding[facet], (counts[facet].get(finding[facet]) ?? 0) + 1);
  for (const finding of findings) {
    const against = holdsWords(finding) ? FACETS.filter((facet) => !fits(finding, facet)) : FACETS;
    const asked = finding.status !== GONE || chosen.status.has(GONE);
    for (const facet of FACETS) {
      if ((asked || facet === "status") && against.every((other) => other === facet)) count(finding, facet);
    }
    finding.shown = !against.length;
    show(finding, finding.shown);
  }
  for (const row of counted) show(row, holdsWords(row) && OF_PLACES.every((facet) => fits(row, facet)));
  tell(counts);
}

const number = (value) => value.toLocaleString("en");

// "12 findings", or "3 of 12 findings".
function amount(some, parts = false) {
  const shown = some.filter((finding) => finding.shown).length;
  const noun = some[0]?.status === GONE ? "gone" : some.length === 1 ? "finding" : "findings";
  return `${parts || shown < some.length ? `${number(shown)} of ` : ""}${number(some.length)} ${noun}`;
}

function tell(counts) {
  for (const { section, label, findings: own } of groups) {
    section.hidden = !own.some((finding) => finding.shown);
    label.textContent = amount(own);
  }
  for (const { option, facet, value, label } of options) {
    option.text = `${label} (${number(counts[facet].get(value) ?? 0)})`;
  }
  for (const button of toggles) {
    const { facet, value } = button.dataset;
    button.setAttribute("aria-pressed", chosen[facet].has(value));
    button.querySelector(".count").textContent = number(counts[facet].get(value) ?? 0);
  }
  for (const select of selects) {
    const [value] = chosen[select.dataset.facet];
    select.value = value === undefined ? "" : `=${value}`;
  }
  const active = words.length > 0 || FACETS.some((facet) => chosen[facet].size);
  byId("reset").disabled = !active;
  const amounts = nowAndGone.filter((some, place) => some.length || !place).map((some) => amount(some, active));
  byId("shown").textContent = amounts.join(", ") + (active ? ` shown: ${summary()}` : "");
}

// The filter in words, which a printed page needs.
function summary() {
  const labels = FACETS.flatMap((facet) => [...chosen[facet]].map((value) => labelOf(facet, value)));
  return [...labels, ...words.map((word) => `"${word}"`)].join(", ");
}

function labelOf(facet, value) {
  const option = options.find((one) => one.facet === facet && one.value === value);
  const button = toggles.find((one) => one.dataset.facet === facet && one.dataset.value === value);
  return option?.label ?? button?.firstChild.data.trim() ?? `${facet} ${value}, which this report does not have`;
}

// The part of the address after "#" carries the filter, so that a link to the page shows the same.
function remember() {
  const query = new URLSearchParams();
  for (const facet of FACETS) for (const value of chosen[facet]) query.append(facet, value);
  if (search.value.trim()) query.set("words", search.value.trim());
  if (!letters.checked) query.set("keys", "off");
  const carried = query.toString();
  history.replaceState(null, "", location.href.split("#")[0] + (carried && `#${carried}`));
}

function restore() {
  const fragment = location.hash.slice(1);
  if (fragment && !fragment.includes("=")) return reveal(fragment);
  const query = new URLSearchParams(fragment);
  for (const facet of FACETS) chosen[facet] = new Set(query.getAll(facet));
  search.value = query.get("words") ?? "";
  letters.checked = query.get("keys") !== "off";
  return apply();
}

function apply() {
  words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  filter();
}

function changed() {
  apply();
  remember();
}

// An address may name a place of the page. A finding there is shown and opened, whatever the filter says.
function reveal(id) {
  filter();
  const target = byId(id);
  const finding = findings.find((one) => one.element === target);
  if (!finding) return;
  if (!finding.shown) clear();
  target.open = true;
  target.scrollIntoView();
}

function clear() {
  for (const facet of FACETS) chosen[facet] = new Set();
  search.value = "";
  apply();
}

function openAll(state) {
  for (const finding of findings) if (finding.shown) finding.element.open = state;
}

function step(direction) {
  const shown = findings.filter((finding) => finding.shown).map((finding) => finding.element);
  const here = shown.findIndex((element) => element.contains(document.activeElement));
  const next = here < 0 ? (direction > 0 ? 0 : shown.length - 1) : here + direction;
  shown[next]?.querySelector("summary").focus();
}

const KEYS = {
  "/": () => { search.focus(); search.select(); },
  "?": () => letters.focus(),
  c: () => openAll(false),
  e: () => openAll(true),
  j: () => step(1),
  k: () => step(-1),
};

function pressed(event) {
  const writing = event.target.matches?.("input[type=search], select, textarea");
  if (event.key === "Escape" && event.target === search) {
    search.value = "";
    changed();
  } else if (letters.checked && !writing && !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
}

function toggled({ dataset: { facet, value } }) {
  if (!chosen[facet].delete(value)) chosen[facet].add(value);
  changed();
}

// Paper has nothing to click, so everything that is shown is open on it.
const opened = [];
function beforePrint() {
  for (const element of all("details:not([open])")) {
    if (!element.hidden) {
      element.open = true;
      opened.push(element);
    }
  }
}

function afterPrint() {
  for (const element of opened.splice(0)) element.open = false;
}

function start() {
  for (const select of selects) {
    select.addEventListener("change", () => {
      chosen[select.dataset.facet] = new Set(select.value ? [select.value.slice(1)] : []);
      changed();
    });
  }
  for (const button of toggles) button.addEventListener("click", () => toggled(button));
  for (const link of all("a[data-filter]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.hash = link.dataset.filter;
      restore();
      form.scrollIntoView();
      byId("findings").focus({ preventScroll: true });
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", changed);
  letters.addEventListener("change", remember);
  byId("reset").addEventListener("click", () => { clear(); remember(); search.focus(); });
  byId("expand").addEventListener("click", () => openAll(true));
  byId("collapse").addEventListener("click", () => openAll(false));
  document.addEventListener("keydown", pressed);
  window.addEventListener("hashchange", restore);
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
  form.hidden = !findings.length;
  byId("keys").hidden = !findings.length;
  restore();
}

start();
