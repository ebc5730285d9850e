// Drawing: strokes of a pen on white, by pointer or keys, sent as a PNG photo.

import { send } from "./attach.js";
import { ask } from "./dialogs.js";
import { $ } from "./dom.js";

const STEP = 24; // pixels of the canvas that an arrow key moves the pen
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const canvas = $("canvas");
const pen = canvas.getContext("2d");
let strokes = []; // kept until they have been sent: what is dismissed by mistake or could not leave is there again
let tip = [canvas.width / 2, canvas.height / 4]; // the pen that keys move
let isDown = false; // whether that pen writes

function begin(at) {
  strokes.push({ width: Number($("pen").value), points: [at] });
}

function paint() {
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = "#111";
  pen.lineCap = pen.lineJoin = "round";
  for (const { width, points } of strokes) {
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(...points[0]);
    for (const point of points) pen.lineTo(...point);
    pen.stroke();
  }
  $("send-drawing").disabled = $("undo-stroke").disabled = $("clear").disabled = !strokes.length;
}

/** A ring where the pen of the keys is; not part of the drawing. */
function paintTip() {
  pen.lineWidth = 5;
  pen.strokeStyle = isDown ? "#b3362b" : "#2166ac";
  pen.beginPath();
  pen.arc(...tip, 24, 0, 2 * Math.PI);
  pen.stroke();
}

function point(event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
}

function forget() {
  strokes = [];
  isDown = false;
  paint();
}

export async function open() {
  isDown = false;
  paint();
  if ((await ask($("drawing"))) !== "send" || !strokes.length) return;
  paint(); // without the ring
  const drawn = picture();
  const sent = strokes;
  forget();
  if (await send("photo", [drawn])) return;
  strokes = [...sent, ...strokes];
  paint();
}

/** The drawing as a file; not by toBlob, which waits for an idle moment of the browser: seconds on a busy machine. */
function picture() {
  const encoded = atob(canvas.toDataURL("image/png").split(",")[1]);
  const bytes = Uint8Array.from(encoded, (sign) => sign.charCodeAt(0));
  return new File([bytes], "drawing.png", { type: "image/png" });
}

function move([x, y]) {
  tip = [Math.min(Math.max(tip[0] + x * STEP, 0), canvas.width), Math.min(Math.max(tip[1] + y * STEP, 0), canvas.height)];
  if (isDown) strokes.at(-1).points.push(tip);
}

function key(event) {
  if (event.key === " ") {
    isDown = !isDown;
    if (isDown) begin(tip);
  } else if (event.key === "Enter") $("send-drawing").click();
  else if (event.key in DIRECTIONS) move(DIRECTIONS[event.key]);
  else return;
  event.preventDefault();
  paint();
  paintTip();
}

function listenToPointer() {
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drawing = true;
    isDown = false;
    canvas.setPointerCapture(event.pointerId);
    begin(point(event));
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) strokes.at(-1).points.push(point(one));
    paint();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (drawing = false));
}

export function listen() {
  listenToPointer();
  canvas.addEventListener("keydown", key);
  $("draw").addEventListener("click", open);
  $("undo-stroke").addEventListener("click", () => {
    strokes.pop();
    isDown = false;
    paint();
  });
  $("clear").addEventListener("click", forget);
}
