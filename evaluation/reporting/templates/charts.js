"use strict";
// Puts a chart that can be played with in the place of each picture. `charts` holds their specifications, `rows` the
// tables that they share. Expressions are interpreted, never compiled: the page's policy allows no text to become code.
const drawn = (() => {
  const read = (name) => JSON.parse(document.getElementById(name).textContent);
  const rows = read("rows");
  const filled = (spec) => ({
    ...spec,
    data: spec.data.map((one) => (one.name in rows ? { ...one, values: structuredClone(rows[one.name]) } : one)),
  });
  const shown = Object.entries(read("charts")).map(async ([name, { spec, says }]) => {
    const place = document.getElementById(`chart-${name}`);
    const host = document.createElement("div");
    host.style = "visibility: hidden; height: 0; overflow: hidden"; // beside the picture it learns how wide it may be
    place.append(host);
    const options = { mode: "vega", ast: true, actions: false, renderer: "svg", defaultStyle: false };
    const { view } = await vegaEmbed(host, filled(spec), options);
    place.replaceChildren(host);
    host.removeAttribute("style");
    const svg = host.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", says);
    if (spec.autosize?.type === "fit-x") {
      addEventListener("beforeprint", () => view.signal("width", 660).run()); // pixels of a sheet between its margins
      addEventListener("afterprint", () => dispatchEvent(new Event("resize")));
    }
    return { name, view, svg };
  });
  return Promise.all(shown);
})();
