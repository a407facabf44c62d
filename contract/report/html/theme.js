// Chooses the colours before anything is painted.
"use strict";
(() => {
  const labels = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const key = "agentmock-theme";
  let theme = "auto";
  const remember = (work) => {
    try {
      work();
    } catch { /* a browser that stores nothing for files */ }
  };
  remember(() => { theme = localStorage.getItem(key) ?? theme; });
  if (!Object.hasOwn(labels, theme)) theme = "auto";
  const show = () => {
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    if (button) button.textContent = labels[theme];
  };
  show();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    button.addEventListener("click", () => {
      const names = Object.keys(labels);
      theme = names[(names.indexOf(theme) + 1) % names.length];
      remember(() => localStorage.setItem(key, theme));
      show();
    });
    show();
  });
})();
