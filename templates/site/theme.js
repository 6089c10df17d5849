// The chosen colours, before anything is painted. Without a choice the system's are shown.
(function () {
    "use strict";
    try {
        const chosen = localStorage.getItem("almanet-theme");
        if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
    } catch {
        // A page may be opened where nothing is kept.
    }
})();
