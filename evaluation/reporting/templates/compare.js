"use strict";
// Orders and chooses studies, in the chart and in the table alike. Without this script all are listed.
drawn.then(([chart]) => {
  const form = document.getElementById("controls");
  const body = document.querySelector("#studies tbody");
  const rows = [...body.querySelectorAll("tr[data-name]")];
  const about = Object.fromEntries(JSON.parse(document.getElementById("rows").textContent).effects.map((one) => [one.name, one]));
  const shown = document.getElementById("shown");
  const places = new Map(rows.map((row, place) => [row, place]));
  const last = Number.MAX_VALUE; // a study without a number stands last
  const keys = {
    place: (row) => places.get(row),
    effect: (row) => about[row.dataset.name]?.estimate ?? last,
    width: (row) => (about[row.dataset.name] ? about[row.dataset.name].upper - about[row.dataset.name].lower : last),
  };

  async function apply() {
    const asked = new FormData(form);
    const chosen = asked.getAll("chosen");
    const simulated = asked.has("simulated");
    for (const row of rows) {
      const fits = chosen.length === 0 || chosen.includes(row.dataset.name);
      row.hidden = !fits || (!simulated && "simulated" in row.dataset);
    }
    body.append(...[...rows].sort((one, other) => keys[asked.get("order")](one) - keys[asked.get("order")](other)));
    shown.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} studies shown.`;
    if (chart) await chart.view.signal("order", asked.get("order")).signal("simulated", simulated).signal("chosen", chosen).runAsync();
  }
  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
});
