// Acts as an EHR: reads discovery, sends what the chart holds for each prefetch key, shows the cards that come back.

import { element, link, render } from "./gfm.js";

const at = (id) => document.getElementById(id);
const known = { services: [], charts: [], chart: null };

async function json(address, options) {
  const response = await fetch(address, options);
  const body = response.headers.get("content-type")?.includes("json") ? await response.json() : null;
  return { ok: response.ok, status: response.status, body };
}

const post = (address, body) =>
  json(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

function say(text, bad = false) {
  at("state").textContent = text;
  at("state").className = bad ? "error" : "";
}

function row(...columns) {
  const made = element("tr");
  made.append(...columns.map(([text, style, tag = "td"]) => element(tag, text, style ? { class: style } : {})));
  return made;
}

function listed(title, items) {
  const part = document.createDocumentFragment();
  part.append(element("h4", title));
  if (!items.length) part.append(element("p", "None that the service reads.", { class: "quiet" }));
  else {
    const table = element("table");
    table.append(...items.map((item) => row([item.what, "", "th"], [item.value ?? "", "number"], [item.when, "date"])));
    part.append(table);
  }
  return part;
}

function showChart(chart) {
  const place = at("chart");
  place.replaceChildren(element("h3", chart.name), element("p", chart.person, { class: "quiet" }));
  place.append(element("p", chart.story));
  const about = element("p", `Shows: ${chart.expect}`, { class: "quiet" });
  place.append(about);
  if (chart.notRead.length) place.append(element("p", `Not read by this system, so unknown: ${chart.notRead.join(", ")}.`));
  place.append(listed("Problems, procedures, medicines", chart.problems));
  place.append(listed("Newest results and assessments", chart.results));
}

async function choose(id) {
  const { ok, body } = await json(`/demo/charts/${id}`);
  if (!ok) return say("The chart could not be read.", true);
  known.chart = body;
  for (const button of at("charts").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.chart === id));
  }
  showChart(body);
  at("service").value = body.services[0];
  history.replaceState(null, "", `#${id}`);
  await call();
}

async function call() {
  const service = known.services.find((offered) => offered.id === at("service").value);
  const chart = known.chart;
  at("service-says").textContent = service?.description ?? "";
  at("cards").replaceChildren();
  at("traffic").replaceChildren();
  if (!service || !chart) return;
  const keys = Object.keys(service.prefetch ?? {}).filter((key) => key in chart.prefetch);
  const request = {
    hook: service.hook,
    hookInstance: crypto.randomUUID(),
    context: chart.contexts[service.hook],
    prefetch: Object.fromEntries(keys.map((key) => [key, chart.prefetch[key]])),
  };
  say("Calling …");
  const started = performance.now();
  const answer = await post(`/cds-services/${service.id}`, request);
  const took = Math.round(performance.now() - started);
  showTraffic(request, answer.body);
  if (!answer.ok) {
    const issue = answer.body?.issue?.[0];
    return say(`The service refused (${answer.status}): ${issue?.diagnostics ?? issue?.details?.text ?? "no reason given"}`, true);
  }
  const cards = answer.body.cards;
  say(`${count(cards.length, "card")} in ${took} ms.`);
  if (!cards.length) {
    at("cards").append(element("p", "Nothing to say: everything was decided, or this advice was already shown for this chart.", { class: "quiet" }));
  }
  at("cards").append(...cards.map((card) => shown(card, service)));
}

const count = (number, noun) => (number === 1 ? `One ${noun}` : `${number || "No"} ${noun}s`);

function showTraffic(request, response) {
  for (const [title, body] of [["Request", request], ["Response", response]]) {
    const details = element("details");
    details.append(element("summary", `${title} (JSON)`), element("pre", JSON.stringify(body, null, 2), { tabindex: "0" }));
    at("traffic").append(details);
  }
}

function shown(card, service) {
  const made = element("article", undefined, { class: `card ${card.indicator}` });
  made.append(element("p", { info: "Information", warning: "Warning", critical: "Critical" }[card.indicator] ?? card.indicator, { class: "indicator" }));
  made.append(element("h3", card.summary));
  const source = element("p", "Source: ", { class: "source" });
  source.append(card.source.url ? link(card.source.label, card.source.url) : card.source.label);
  made.append(source);
  if (card.detail) {
    const detail = element("div", undefined, { class: "detail" });
    detail.append(render(card.detail));
    made.append(detail);
  }
  if (card.suggestions?.length) made.append(suggestions(card, service));
  if (card.links?.length) {
    const links = element("p");
    card.links.forEach((one, i) => links.append(i ? " · " : "", link(one.label, one.url)));
    made.append(links);
  }
  if (card.uuid && card.overrideReasons?.length) made.append(override(card, service));
  return made;
}

function suggestions(card, service) {
  const part = element("div");
  const list = element("ul", undefined, { class: "suggestions" });
  for (const suggestion of card.suggestions) {
    const item = element("li");
    const text = element("div", suggestion.label);
    for (const action of suggestion.actions ?? []) text.append(element("small", action.description));
    const accept = element("button", "Accept", { type: "button", "aria-label": `Accept: ${suggestion.label}` });
    accept.addEventListener("click", async () => {
      const sent = await feedback(card, service, { outcome: "accepted", acceptedSuggestions: [{ id: suggestion.uuid }] });
      if (!sent) return;
      accept.disabled = true;
      accept.textContent = "Accepted";
      say("Accepted. In an EHR the drafts would now wait for review and signature.");
    });
    item.append(text, accept);
    list.append(item);
  }
  part.append(element("h4", "Suggested drafts"), list);
  return part;
}

function override(card, service) {
  const form = element("form", undefined, { class: "answer" });
  const id = `reason-${card.uuid}`;
  const choice = element("select", undefined, { id });
  card.overrideReasons.forEach((reason, i) => choice.append(element("option", reason.display, { value: i })));
  const dismiss = element("button", "Dismiss the card", { type: "submit", class: "plain" });
  form.append(element("label", "Not followed because", { for: id }), choice, dismiss);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { code, system, display } = card.overrideReasons[choice.value];
    if (!(await feedback(card, service, { outcome: "overridden", overrideReason: { reason: { code, system, display } } }))) return;
    form.closest("article").remove();
    say("Dismissed, with the reason sent as feedback.");
    at("advice").focus();
  });
  return form;
}

async function feedback(card, service, entry) {
  const body = { feedback: [{ card: card.uuid, outcomeTimestamp: new Date().toISOString(), ...entry }] };
  const answer = await post(`/cds-services/${service.id}/feedback`, body);
  if (!answer.ok) say(`The feedback was refused (${answer.status}).`, true);
  return answer.ok;
}

async function start() {
  const [discovery, charts] = await Promise.all([json("/cds-services"), json("/demo/charts")]);
  if (!discovery.ok || !charts.ok) return say("The service does not answer.", true);
  known.services = discovery.body.services;
  known.charts = charts.body.charts;
  at("service").append(...known.services.map((one) => element("option", one.title ?? one.id, { value: one.id })));
  for (const chart of known.charts) {
    const button = element("button", chart.name, { type: "button", "data-chart": chart.id, "aria-pressed": "false" });
    button.append(element("small", chart.title));
    button.addEventListener("click", () => choose(chart.id));
    const item = element("li");
    item.append(button);
    at("charts").append(item);
  }
  const wanted = known.charts.find((chart) => `#${chart.id}` === location.hash) ?? known.charts[0];
  await choose(wanted.id);
}

at("call").addEventListener("submit", (event) => {
  event.preventDefault();
  call();
});
at("service").addEventListener("change", call);
window.addEventListener("unhandledrejection", () => say("The service could not be reached, or answered in an unknown way.", true));
start();
