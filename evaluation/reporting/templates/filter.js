"use strict";
// Hides the studies that do not fit the chosen filters and says how many are left. Without this script all are listed.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const cards = [...document.querySelectorAll(".entry")];
  const shown = document.getElementById("shown");
  const countries = JSON.parse(document.getElementById("countries").textContent);

  const wanted = () => Object.fromEntries(new FormData(form));
  const fits = (card, name, value) =>
    name === "country"
      ? (countries[value]?.studies ?? []).includes(card.dataset.name)
      : card.dataset[name].split(" ").includes(value);

  function apply() {
    const asked = Object.entries(wanted()).filter(([, value]) => value);
    for (const card of cards) card.hidden = !asked.every(([name, value]) => fits(card, name, value));
    const left = cards.filter((card) => !card.hidden).length;
    const note = countries[form.elements.country.value]?.note ?? "";
    const words = asked.length ? `${left} of ${cards.length} studies shown.` : `${cards.length} studies.`;
    shown.textContent = `${words} ${note}`.trim();
    history.replaceState(null, "", `#${new URLSearchParams(asked)}`); // a view that can be sent to somebody
  }

  // What the address asks for; a name it does not know is left alone.
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const select = form.elements[name];
    if (select && [...select.options].some((option) => option.value === value)) select.value = value;
  }
  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply)); // after the form has emptied itself
  if (location.hash.length > 1 && Object.values(wanted()).some(Boolean)) apply();
})();
