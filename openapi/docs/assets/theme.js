// Sets the chosen colour scheme before the page is painted. Without a choice the system's one applies.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // The browser allows no storage.
}
