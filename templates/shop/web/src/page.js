export function page({ greeting, visits }) {
  return `<!doctype html>
<html lang="en">
<title>shop</title>
<h1>${escape(greeting)}</h1>
<p>You are visitor number <strong>${visits}</strong>.</p>
</html>
`;
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
