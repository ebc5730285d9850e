// Drawing: strokes of a pen on white, sent as a PNG photo.

import { send } from "./attach.js";
import { $, ask } from "./dom.js";

const canvas = $("canvas");
const pen = canvas.getContext("2d");
let strokes = [];

function paint() {
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = pen.fillStyle = "#111";
  pen.lineCap = pen.lineJoin = "round";
  for (const { width, points } of strokes) {
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(...points[0]);
    for (const point of points) pen.lineTo(...point);
    pen.stroke();
  }
  $("send-drawing").disabled = !strokes.length;
  $("undo-stroke").disabled = !strokes.length;
}

function point(event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
}

async function open() {
  strokes = [];
  paint();
  if ((await ask($("drawing"))) !== "send" || !strokes.length) return;
  canvas.toBlob((blob) => send("photo", [new File([blob], "drawing.png", { type: "image/png" })]), "image/png");
}

export function listen() {
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    strokes.push({ width: Number($("pen").value), points: [point(event)] });
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) strokes.at(-1).points.push(point(one));
    paint();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (drawing = false));
  $("draw").addEventListener("click", open);
  $("undo-stroke").addEventListener("click", () => {
    strokes.pop();
    paint();
  });
  $("clear").addEventListener("click", () => {
    strokes = [];
    paint();
  });
}
