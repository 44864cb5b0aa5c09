// What is told to the container, and so may differ from cluster to cluster.
const { greeting } = await (await fetch('settings.json')).json();
document.querySelector('#greeting').textContent = greeting;
