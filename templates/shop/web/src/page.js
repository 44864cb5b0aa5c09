export function page({ greeting, visits, waiting, packed }) {
  return `<!doctype html>
<html lang="en">
<title>shop</title>
<h1>${escape(greeting)}</h1>
<p>You are visitor number <strong>${visits}</strong>.</p>
<p>Orders: ${waiting} waiting, ${packed} packed.</p>
<form method="post" action="/orders"><button>Order one of everything</button></form>
</html>
`;
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
