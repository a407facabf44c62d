// Chooses the colours before anything is painted. It is no module, so that it runs first.
"use strict";
(() => {
  const names = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const order = Object.keys(names);
  let theme = "auto";
  try {
    theme = localStorage.getItem("agentmock-theme") || "auto";
  } catch { /* a browser that stores nothing */ }
  if (!names[theme]) theme = "auto";
  const apply = () => document.documentElement.setAttribute("data-theme", theme);
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => { button.textContent = names[theme]; };
    label();
    button.addEventListener("click", () => {
      theme = order[(order.indexOf(theme) + 1) % order.length];
      try {
        localStorage.setItem("agentmock-theme", theme);
      } catch { /* then it holds until the page is left */ }
      apply();
      label();
    });
  });
})();
