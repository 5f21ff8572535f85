// Starts the reference. openapi/docs/src/reference.rs inserts the configuration with the contract.
(() => {
  const configuration = CONFIGURATION;

  // On an API server, "Test Request" sends its requests to this server.
  if (document.documentElement.dataset.server === 'here') {
    configuration.content.servers = [{ url: location.origin, description: 'This server' }];
  }

  // Fixes accessibility errors of the renderer.
  const fixAccessibility = () => {
    for (const element of document.querySelectorAll('[role=combobox]:not([aria-expanded])')) {
      element.setAttribute('role', 'textbox');
    }
    for (const element of document.querySelectorAll('button[role=none]')) {
      element.removeAttribute('role');
    }
    for (const element of document.querySelectorAll('.cm-content:not([aria-label])')) {
      element.setAttribute('aria-label', 'Body');
    }
    for (const element of document.querySelectorAll('[aria-label="Copy code"][aria-controls]')) {
      if (!document.getElementById(element.getAttribute('aria-controls'))) {
        element.removeAttribute('aria-controls');
      }
    }
    for (const element of document.querySelectorAll('.cm-scroller[tabindex="-1"]')) {
      element.setAttribute('tabindex', '0');
    }
    for (const element of document.querySelectorAll('.markdown table:not([tabindex])')) {
      element.setAttribute('tabindex', '0');
    }
  };
  new MutationObserver(fixAccessibility).observe(document.body, { childList: true, subtree: true });

  Scalar.createApiReference('#reference', configuration);
})();
