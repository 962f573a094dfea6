// Acts as an EHR: sends what the chart holds to a service, shows the cards that come back, and tells what became of them.

import { draw } from "./plot.js";

const at = (id) => document.getElementById(id);
const page = { chart: null, dropped: new Map(), imagined: null };

/** Begins one of a kind and tells whether it is still the newest. What is not is dropped: it may be about another patient. */
function newest() {
  let begun = 0;
  return () => {
    const mine = (begun += 1);
    return () => mine === begun;
  };
}

const [asked, called] = [newest(), newest()]; // what to show: a chart, a file, what if; and the calls about what is shown

async function json(address, options) {
  const response = await fetch(address, options);
  const body = response.headers.get("content-type")?.includes("json") ? await response.json() : null;
  return { ok: response.ok, status: response.status, body, language: response.headers.get("content-language") ?? "en" };
}

const send = (address, text, type = "application/json") =>
  json(address, { method: "POST", headers: { "Content-Type": type, "Accept-Language": at("language").value }, body: text });
const post = (address, body) => send(address, JSON.stringify(body));

/** Why a call was refused, in the words of the service. */
function why({ status, body }) {
  const issue = body?.issue?.[0];
  const said = [issue?.details?.text, status < 500 ? "" : issue?.diagnostics].filter(Boolean).join(" ");
  return `${said || "No reason was given."} (status ${status})`;
}

function say(text, bad = false) {
  at("state").textContent = text;
  at("state").className = bad ? "error" : "";
}

/** Nothing about another chart, or another state of it, stands beside this one. */
function clear() {
  at("cards").replaceChildren();
  at("traffic").hidden = true;
  for (const part of ["request", "response"]) at(part).textContent = "";
}

// The chart

async function open(id) {
  const current = asked();
  let chart = page.dropped.get(id);
  if (!chart) {
    const answer = await json(`/demo/charts/${encodeURIComponent(id)}`);
    if (!current()) return undefined;
    if (!answer.ok) return say(`The chart could not be read. ${why(answer)}`, true);
    chart = answer.body;
    history.replaceState(null, "", `/?chart=${id}`);
  }
  clear();
  page.chart = chart;
  page.imagined = null;
  for (const one of document.querySelectorAll(".patient")) {
    if (one.dataset.chart === id) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  at("chart").innerHTML = chart.html;
  if (at("plot")) draw(at("plot"));
  at("service").value = chart.service;
  return call();
}

document.addEventListener("click", (event) => {
  const patient = event.target.closest(".patient");
  if (!patient || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open(patient.dataset.chart);
});

// The call

function contextOf(hook) {
  const context = structuredClone(page.chart.contexts[hook]);
  if (page.imagined) context.userId = "Practitioner/what-if";
  if (context.encounterId) context.encounterId = at("encounter").value;
  if (context.draftOrders) {
    const order = page.chart.drafts[at("order").value];
    context.draftOrders.entry = [{ resource: order }];
    if (context.selections) context.selections = [`${order.resourceType}/${order.id}`];
  }
  return context;
}

async function call() {
  const current = called();
  const service = at("service").value;
  const hook = at("service").selectedOptions[0].dataset.hook;
  for (const field of document.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(hook);
  const request = {
    hook,
    hookInstance: crypto.randomUUID(),
    context: contextOf(hook),
    prefetch: page.imagined ?? page.chart.prefetch,
  };
  clear();
  say("Calling …");
  const started = performance.now();
  const answer = await post(`/cds-services/${service}`, request);
  if (!current()) return undefined;
  const took = Math.round(performance.now() - started);
  at("traffic").hidden = false;
  at("request").textContent = JSON.stringify(request, null, 2);
  at("response").textContent = JSON.stringify(answer.body, null, 2);
  if (!answer.ok) return say(`The service refused the call. ${why(answer)}`, true);
  const shown = await post("/demo/cards", { answer: answer.body, imagined: page.imagined !== null, language: answer.language });
  if (!current()) return undefined;
  if (!shown.ok) return say(`The cards could not be shown. ${why(shown)}`, true);
  at("cards").innerHTML = shown.body.html;
  const count = answer.body.cards.length;
  say(`${page.chart.name}: ${count === 1 ? "one card" : `${count || "no"} cards`} in ${took} ms.`);
}

at("call").addEventListener("submit", (event) => {
  event.preventDefault();
  call();
});
at("service").addEventListener("change", call);
at("order").addEventListener("change", call);
at("language").addEventListener("change", call);

// What became of a card

async function feedback(card, entry) {
  const item = { card: card.dataset.card, outcomeTimestamp: new Date().toISOString(), ...entry };
  const answer = await post(`/cds-services/${at("service").value}/feedback`, { feedback: [item] });
  if (!answer.ok) say(`The feedback was refused. ${why(answer)}`, true);
  return answer.ok;
}

at("cards").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-suggestion]");
  if (!button) return;
  const id = button.dataset.suggestion;
  if (!(await feedback(button.closest(".card"), { outcome: "accepted", acceptedSuggestions: [{ id }] }))) return;
  const item = button.closest("li");
  item.classList.add("accepted");
  const receipt = item.querySelector(".receipt");
  receipt.textContent = "Accepted. The service was told. In an EHR this draft would now wait for review and signature.";
  item.closest(".card").querySelector(".override")?.remove();
  button.remove();
  receipt.focus();
});

at("cards").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [card, choice] = [event.target.closest(".card"), event.target.querySelector("select").selectedOptions[0]];
  const reason = { code: choice.value, system: choice.dataset.system, display: choice.textContent };
  if (!(await feedback(card, { outcome: "overridden", overrideReason: { reason } }))) return;
  const gone = document.createElement("p");
  gone.className = "gone";
  gone.tabIndex = -1;
  gone.textContent = `Dismissed: ${card.querySelector("h3").textContent}. Reason: ${choice.textContent}. The service was told.`;
  card.replaceWith(gone);
  gone.focus();
});

// What if

at("chart").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("what-if-state").textContent = "";
  const entered = [...new FormData(event.target)].filter(([, value]) => value.trim());
  const { id: patient, prefetch } = page.chart;
  const current = asked();
  const answer = await post("/demo/what-if", { patient, prefetch, values: Object.fromEntries(entered) });
  if (!current()) return;
  if (!answer.ok) {
    at("what-if-state").textContent = why(answer);
    return;
  }
  at("what-if-result").innerHTML = answer.body.html;
  page.imagined = answer.body.prefetch;
  call();
});

at("chart").addEventListener("reset", () => {
  asked();
  at("what-if-state").textContent = "";
  at("what-if-result").replaceChildren();
  if (page.imagined) {
    page.imagined = null;
    call();
  }
});

// Files

async function take(file) {
  at("drop-state").textContent = "";
  if (!file) return;
  const current = asked();
  const answer = await send("/demo/charts", await file.text(), "application/fhir+json");
  if (!answer.ok) {
    at("drop-state").textContent = `${file.name}: ${why(answer)}`;
    return;
  }
  at("dropped-title").hidden = false;
  const address = (chart) => `file:${file.name}:${chart.id}`;
  for (const chart of answer.body.charts) {
    const id = address(chart);
    page.dropped.set(id, chart);
    let button = at("dropped").querySelector(`[data-chart="${CSS.escape(id)}"]`);
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "patient";
      button.dataset.chart = id;
      const item = document.createElement("li");
      item.append(button);
      at("dropped").append(item);
    }
    const from = document.createElement("small");
    from.textContent = `from ${file.name}`;
    button.replaceChildren(`${chart.name} `, from);
  }
  if (current()) await open(address(answer.body.charts[0]));
}

at("file").addEventListener("change", (event) => take(event.target.files[0]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files[0]);
  });
}

// To the clipboard

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(at(button.dataset.copy).textContent);
    say(`Copied the ${button.dataset.copy}.`);
  } catch {
    say("The browser did not allow copying. Select the text instead.", true);
  }
});

window.addEventListener("unhandledrejection", () => say("The service could not be reached, or answered in an unknown way.", true));

open(document.querySelector(".patient[aria-current]").dataset.chart);
