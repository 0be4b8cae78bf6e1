"use strict";
// The maps follow the chosen kind of law and year; what they show is said in words, and marked in the table.
drawn.then((maps) => {
  const form = document.getElementById("controls");
  const laws = JSON.parse(document.getElementById("rows").textContent).laws;
  const shown = document.getElementById("shown");
  const { kind, year } = form.elements;
  const listed = (names) => [...new Set(names)].join(", ") || "none";

  function words() {
    const chosen = Number(year.value);
    const held = laws.filter((law) => law.kind === kind.value && law.first <= chosen && chosen <= law.last);
    const studied = new Set(held.filter((law) => law.studied).map((law) => law.country));
    const others = held.filter((law) => !studied.has(law.country));
    const told = others.map((law) => (law.where ? `${law.country} (${law.where})` : law.country));
    const what = kind.options[kind.selectedIndex].text;
    return `${what}, ${chosen}. In force and studied: ${listed(studied)}. In force and not studied: ${listed(told)}.`;
  }

  async function apply() {
    document.getElementById("year-shown").value = year.value;
    shown.textContent = words();
    for (const { view, svg } of maps) {
      await view.signal("kind", kind.value).signal("year", Number(year.value)).runAsync();
      svg.setAttribute("aria-label", shown.textContent);
    }
  }
  form.hidden = false;
  kind.addEventListener("change", () => { // the laws of this kind are unfolded, the others folded
    for (const one of document.querySelectorAll(".kind")) one.open = one.id === `kind-${kind.value}`;
  });
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
});
