// What makes forms pleasant. They work without: the server checks everything again.
"use strict";

(() => {
  const form = document.querySelector("form[data-checked]");
  if (!form) return;
  const secrets = [...form.querySelectorAll("input[type=password]")];
  const repeat = form.elements.namedItem("password_repeat");
  // The one that is being chosen.
  const password = repeat && form.elements.namedItem("password");
  const rules = [...document.querySelectorAll("[data-rule]")];
  const status = document.getElementById("password-status");
  const summary = document.getElementById("errors");

  const has = (pattern) => (text) => pattern.test(text);
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const symbols = (text) => text.match(/[^\p{Alphabetic}\p{N}\p{White_Space}\p{Cc}]/gu) ?? [];

  // The texts that a password may not be made of.
  const told = JSON.parse(document.getElementById("password-rules")?.dataset.own ?? "[]");
  const own = () =>
    ["username", "email", "first_name", "last_name"]
      .map((name) => form.elements.namedItem(name)?.value ?? "")
      .concat(told)
      .map(fold);

  const isSimilar = (text) => {
    const folded = fold(text);
    return own()
      .flatMap((it) => [it, ...it.split(/[^\p{Alphabetic}\p{N}]/u)])
      .some((part) => [...part].length >= 4 && folded.includes(part));
  };

  const isMet = {
    length: (text, { min, max }) => [...text].length >= Number(min) && [...text].length <= Number(max),
    upper: has(/\p{Uppercase}/u),
    lower: has(/\p{Lowercase}/u),
    digit: has(/\p{N}/u),
    symbol: (text) => symbols(text).length > 0,
    only_symbols: (text, { symbols: allowed }) => symbols(text).every((symbol) => allowed.includes(symbol)),
    not_similar: (text) => !isSimilar(text),
  };

  const textOf = (rule) => rule.children[1].textContent;
  const unmet = () => rules.filter((rule) => !isMet[rule.dataset.rule](password.value, rule.dataset));

  const showRules = () => {
    const missing = unmet();
    const isEmpty = password.value === "";
    for (const rule of rules) {
      const isMissing = missing.includes(rule);
      rule.classList.toggle("is-met", !isEmpty && !isMissing);
      rule.classList.toggle("is-unmet", !isEmpty && isMissing);
      rule.querySelector(".state").textContent = isEmpty ? "" : isMissing ? "(not yet)" : "(done)";
    }
    const told = isEmpty ? "" : missing.length === 0 ? "The password meets every rule." : `Still needed: ${missing.map(textOf).join("; ")}.`;
    if (status.textContent !== told) status.textContent = told;
  };

  const addToggle = (input) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Show";
    button.setAttribute("aria-label", `Show ${labelOf(input).toLowerCase()}`);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const shows = input.type === "password";
      input.type = shows ? "text" : "password";
      button.textContent = shows ? "Hide" : "Show";
      button.setAttribute("aria-pressed", String(shows));
    });
    input.parentElement.classList.add("has-toggle");
    input.after(button);
  };

  const fieldOf = (input) => input.closest(".field");
  const labelOf = (input) => fieldOf(input).querySelector("label > bdi, legend > bdi").textContent;

  // What can be seen to be wrong without asking the server, so that nobody types a password twice.
  const problems = () => {
    const found = [];
    const seen = new Set();
    for (const input of form.querySelectorAll("[required]")) {
      if (seen.has(input.name)) continue;
      seen.add(input.name);
      const value = form.elements.namedItem(input.name).value;
      const isEmpty = input.type === "password" ? value === "" : value.trim() === "";
      if (isEmpty && input !== repeat) found.push([input, `${labelOf(input)} must not be empty`]);
    }
    const missing = password ? unmet() : [];
    if (password && password.value !== "" && missing.length > 0) {
      found.push([password, `${labelOf(password)} does not meet these rules: ${missing.map(textOf).join("; ")}`]);
    }
    if (password && password.value !== repeat.value) {
      found.push([repeat, `${labelOf(repeat)} must be the same as the ${labelOf(password).toLowerCase()}`]);
    }
    return found;
  };

  const showProblems = (found) => {
    for (const field of form.querySelectorAll(".field")) {
      const error = field.querySelector(".error");
      const problem = found.find(([input]) => fieldOf(input) === field);
      error.hidden = !problem;
      error.querySelector("bdi").textContent = problem ? problem[1] : "";
      for (const input of field.querySelectorAll("input:not([type=radio]), select")) {
        if (problem) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
    }
    const links = found.map(([input, message]) => {
      const item = document.createElement("li");
      const link = item.appendChild(document.createElement("a"));
      link.href = `#${input.id}`;
      link.appendChild(document.createElement("bdi")).textContent = message;
      return item;
    });
    summary.querySelector("ul").replaceChildren(...links);
    summary.hidden = found.length === 0;
    if (found.length > 0) summary.focus();
  };

  // A link to a field puts the caret into it.
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    document.getElementById(link.hash.slice(1))?.focus();
  });

  if (password) form.addEventListener("input", showRules);
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("[type=submit]");
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    const found = problems();
    showProblems(found);
    if (found.length > 0) return event.preventDefault();
    // A form is sent once, however often it is clicked.
    button.setAttribute("aria-disabled", "true");
  });
  // Coming back to a page that the browser kept.
  window.addEventListener("pageshow", () => form.querySelector("[type=submit]").removeAttribute("aria-disabled"));

  for (const input of secrets) addToggle(input);
  if (password) showRules();
  if (!summary.hidden) summary.focus();
})();
