// Search, colour scheme, copy buttons, and the form that sends requests. Every page is complete without it.
(() => {
  const root = document.documentElement.dataset.root;
  const isOnServer = document.documentElement.dataset.server === 'here';
  const script = document.currentScript;
  const find = (selector, parent = document) => parent.querySelector(selector);
  const all = (selector, parent = document) => [...parent.querySelectorAll(selector)];
  const create = (name, properties) => Object.assign(document.createElement(name), properties);

  const store = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // The browser allows no storage: the choice is lost with the page.
    }
  };
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  // The colour scheme.
  find('#theme').addEventListener('click', () => {
    const { dataset } = document.documentElement;
    const isDark = dataset.theme
      ? dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    dataset.theme = isDark ? 'light' : 'dark';
    store('theme', dataset.theme);
  });

  // On an API server, the samples call this server.
  if (isOnServer) {
    for (const code of all('pre code')) {
      const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode;
        text.data = text.data.replace(/=BASE_URL\b/, `=${location.origin}`);
      }
    }
  }

  // Copy buttons. Browsers have no clipboard on pages that come over plain http from another machine.
  for (const box of navigator.clipboard ? all('.code') : []) {
    const button = create('button', { type: 'button', className: 'copy', textContent: 'Copy' });
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(find('code', box).textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
    box.append(button);
  }

  // One choice of the language for all samples.
  const languages = all('.tabs.language > input');
  const labelOf = (input) => input.nextElementSibling.textContent;
  const choose = (language) => {
    for (const input of languages) if (labelOf(input) === language) input.checked = true;
  };
  const language = stored('language');
  if (language) choose(language);
  for (const input of languages) {
    input.addEventListener('change', () => {
      choose(labelOf(input));
      store('language', labelOf(input));
    });
  }

  // A link to a field or a response opens what it is in.
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      // Not percent-encoded, such as `%`.
      return text;
    }
  };
  const open = () => {
    const target = location.hash && document.getElementById(decoded(location.hash.slice(1)));
    if (!target) return;
    for (let element = target; element; element = element.parentElement) {
      if (element.localName === 'details') element.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener('hashchange', open);
  open();

  // The search.
  const search = find('#search');
  const results = find('#results');
  let selected = 0;
  const select = (number) => {
    const items = all('[id^=result-]', results);
    selected = Math.max(0, Math.min(number, items.length - 1));
    items.forEach((item, index) => item.setAttribute('aria-selected', String(index === selected)));
    if (items.length) search.setAttribute('aria-activedescendant', `result-${selected}`);
    else search.removeAttribute('aria-activedescendant');
    items[selected]?.scrollIntoView({ block: 'nearest' });
  };
  const rank = ([name, page, , text], words) => {
    const [title, everything] = [name.toLowerCase(), `${name} ${page} ${text}`.toLowerCase()];
    if (!words.every((word) => everything.includes(word))) return 0;
    if (title === words.join(' ')) return 4;
    if (title.startsWith(words[0])) return 3;
    return words.every((word) => title.includes(word)) ? 2 : 1;
  };
  const option = (properties) => {
    const item = create('li', properties);
    item.setAttribute('role', 'option');
    return item;
  };
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const entries = words.length && window.searchIndex ? window.searchIndex : [];
    const found = entries
      .map((entry) => [rank(entry, words), entry])
      .filter(([points]) => points > 0)
      .sort(([one], [other]) => other - one)
      .slice(0, 12);
    results.replaceChildren(...found.map(([, [name, page, url, text]], number) => {
      const link = create('a', { href: root + url, tabIndex: -1 });
      link.append(name, create('small', { textContent: text ? `${page} · ${text}` : page }));
      const item = option({ id: `result-${number}` });
      item.append(link);
      return item;
    }));
    if (!found.length) results.append(option({ textContent: 'Nothing was found.' }));
    if (!words.length || !window.searchIndex) {
      close();
      return;
    }
    results.hidden = false;
    search.setAttribute('aria-expanded', 'true');
    select(0);
  };
  const loadIndex = () => {
    if (find('#search-index')) return;
    const element = create('script', { id: 'search-index', src: script.dataset.index });
    element.addEventListener('load', show);
    document.head.append(element);
  };
  const close = () => {
    results.hidden = true;
    search.setAttribute('aria-expanded', 'false');
    search.removeAttribute('aria-activedescendant');
  };
  search.addEventListener('focus', loadIndex);
  search.addEventListener('input', show);
  search.addEventListener('keydown', (event) => {
    if (results.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      select(selected + step);
    } else if (event.key === 'Enter') {
      find(`#result-${selected} a`)?.click();
    } else if (event.key === 'Escape') {
      close();
    }
  });
  results.addEventListener('click', close);
  addEventListener('click', (event) => {
    if (!event.target.closest('.search')) close();
  });
  addEventListener('keydown', (event) => {
    const isTyping = /^(input|textarea)$/.test(document.activeElement?.localName ?? '');
    if ((event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      search.focus();
    }
  });

  // The form that sends a request. The shown command is made from the request that is sent.
  const dialog = find('#try');
  if (!dialog) return;
  const cases = JSON.parse(find('#try-data').textContent);
  const { method, path, header, keyVariable } = dialog.dataset;
  const [base, key, body] = ['#try-base', '#try-key', '#try-body'].map((id) => find(id));
  const status = find('#try-status');
  const response = find('#try-response');
  const inputs = all('[data-name]', dialog);
  if (isOnServer) {
    base.value = location.origin;
    find('[data-cross-origin]').hidden = true;
  }

  const request = () => {
    const headers = {};
    const query = new URLSearchParams();
    let target = path;
    for (const { value, dataset } of inputs) {
      if (dataset.in === 'path') {
        target = target.replace(`{${dataset.name}}`, encodeURIComponent(value));
      } else if (value !== '' && dataset.in === 'query') {
        query.set(dataset.name, value);
      } else if (value !== '') {
        headers[dataset.name] = value;
      }
    }
    if (body) headers['content-type'] = 'application/json';
    const url = base.value.replace(/\/$/, '') + target + (query.size ? `?${query}` : '');
    return { url, headers, content: body?.value };
  };

  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const showRequest = () => {
    const { url, headers, content } = request();
    const options = [`"${header}: $${keyVariable}"`]
      .concat(Object.entries(headers).map(([name, value]) => quoted(`${name}: ${value}`)))
      .map((value) => `--header ${value}`);
    if (content !== undefined) options.push(`--data ${quoted(content)}`);
    const lines = [`curl --fail-with-body --request ${method}`, quoted(url), ...options];
    find('#try-request').textContent = lines.join(' \\\n  ');
  };

  const say = (text, kind = '') => {
    status.textContent = text;
    status.className = `code-title ${kind}`;
  };

  const send = async () => {
    response.hidden = true;
    if (key.value.trim() === '') {
      say('Enter an API key first: no request was sent.', 'failed');
      key.focus();
      return;
    }
    const { url, headers, content } = request();
    let prepared;
    try {
      prepared = new Request(url, {
        method, body: content, credentials: 'omit', headers: { ...headers, [header]: key.value.trim() },
      });
    } catch (error) {
      // The base URL is invalid, or a header has characters that are not allowed in one.
      say(`No request was sent: ${error.message}`, 'failed');
      return;
    }
    say('Waiting for the response …');
    try {
      const received = await fetch(prepared);
      const text = await received.text();
      let shown = text;
      try {
        shown = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // Not JSON: the text is shown as it is.
      }
      const names = [...received.headers].map(([name, value]) => `${name}: ${value}`);
      find('#try-headers').textContent = names.join('\n');
      find('#try-content').textContent = shown;
      response.hidden = false;
      say(`Response ${received.status} ${received.statusText}`, received.ok ? 'succeeded' : 'failed');
    } catch {
      const isHere = new URL(prepared.url).origin === location.origin;
      const reason = isHere
        ? 'The server did not respond.'
        : `The server did not respond, or it does not allow requests from the origin ${location.origin}.`;
      say(`No response. ${reason}`, 'failed');
    }
  };

  for (const button of all('[data-try]')) {
    button.addEventListener('click', () => {
      const sample = cases[button.dataset.try];
      for (const input of inputs) input.value = sample.parameters[input.dataset.name] ?? '';
      if (body) body.value = sample.body ?? '';
      response.hidden = true;
      say('No request was sent yet.');
      showRequest();
      dialog.showModal();
      key.focus();
    });
  }
  dialog.addEventListener('input', showRequest);
  find('[data-close]', dialog).addEventListener('click', () => dialog.close());
  find('form', dialog).addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
})();
