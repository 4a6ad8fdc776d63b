"""Records what PyTorch computes for each operator: test/graph/fixtures/operators.json.

    python3 scripts/record_operators.py      (Debian: python3-torch)
"""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(1)


def case(operator, attributes, compute, *shapes):
    operands = [torch.randn(shape) for shape in shapes]
    result = compute(*operands)
    return {
        "operator": operator,
        "attributes": attributes,
        "operands": [dump(x) for x in operands],
        "result": dump(result),
    }


def attend(q, k, v):
    weights = torch.softmax(q.flatten(2).transpose(1, 2) @ k.flatten(2), 2)
    return (weights @ v.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(*v.shape[:2], *q.shape[2:])


def centre(x, limit):
    for axis in (2, 3):
        size = x.shape[axis]
        if size > limit:
            x = x.narrow(axis, (size - limit) // 2, limit)
    return x


def dump(x):
    return {"dims": list(x.shape), "data": [round(v, 7) for v in x.flatten().tolist()]}


cases = [
    case("conv2d", {"padding": 1}, lambda x, w, b: F.conv2d(x, w, b, padding=1), (2, 3, 4, 5), (4, 3, 3, 3), (4,)),
    case("conv2d", {"padding": 0}, lambda x, w, b: F.conv2d(x, w, b), (1, 3, 4, 3), (3, 3, 1, 1), (3,)),
    case("conv2d", {"padding": 2}, lambda x, w, b: F.conv2d(x, w, b, padding=2), (1, 1, 3, 6), (2, 1, 5, 5), (2,)),
    case("relu", {}, F.relu, (1, 2, 3, 3)),
    case("sigmoid", {}, torch.sigmoid, (1, 2, 3, 3)),
    case("add", {}, torch.add, (2, 3, 2, 2), (2, 3, 2, 2)),
    case("multiply", {}, torch.mul, (2, 3, 2, 4), (2, 3, 1, 1)),
    case("globalAveragePool", {}, lambda x: F.adaptive_avg_pool2d(x, 1), (2, 3, 4, 5)),
    case("pixelShuffle", {"factor": 2}, lambda x: F.pixel_shuffle(x, 2), (2, 8, 2, 3)),
    case("pixelShuffle", {"factor": 3}, lambda x: F.pixel_shuffle(x, 3), (1, 9, 2, 2)),
    case("tanh", {}, torch.tanh, (1, 2, 3, 3)),
    case("multiplyConstant", {"factor": 0.1}, lambda x: 0.1 * x, (1, 2, 3, 3)),
    case("constant", {"dims": [2, 2], "data": [1, 2, 3, 4]}, lambda: torch.tensor([[1.0, 2.0], [3.0, 4.0]])),
    case("power", {"exponent": -1}, torch.reciprocal, (2, 3)),
    case("power", {"exponent": 2}, torch.square, (2, 3)),
    case("reduceSum", {"axes": [1]}, lambda x: x.sum(1, keepdim=True), (2, 3, 4)),
    case("reduceSum", {"axes": [1, 2]}, lambda x: x.sum((1, 2), keepdim=True), (2, 3, 4)),
    case("softmax", {}, lambda x: torch.softmax(x, -1), (2, 3, 5)),
    case("matmul", {}, torch.matmul, (2, 3, 4), (2, 4, 5)),
    case("concat", {"axis": 1}, lambda a, b: torch.cat([a, b], 1), (2, 3, 2, 2), (2, 1, 2, 2)),
    case("concat", {"axis": 3}, lambda a, b, c: torch.cat([a, b, c], 3), (1, 2, 2, 1), (1, 2, 2, 3), (1, 2, 2, 2)),
    case("slice", {"axis": 1, "start": 1, "end": 3}, lambda x: x[:, 1:3], (2, 4, 2, 2)),
    case("half", {"axis": 2, "part": 0}, lambda x: x[:, :, :2], (1, 2, 5, 3)),
    case("half", {"axis": 2, "part": 1}, lambda x: x[:, :, 2:], (1, 2, 5, 3)),
    case("half", {"axis": 3, "part": 1}, lambda x: x[:, :, :, 2:], (1, 2, 1, 4)),
    case("centreCrop", {"limit": 4}, lambda x: centre(x, 4), (1, 2, 7, 3)),
    case("centreCrop", {"limit": 4}, lambda x: centre(x, 4), (2, 1, 4, 5)),
    case("centreCrop", {"limit": 4}, lambda x: centre(x, 4), (1, 1, 8, 9)),
    case("maxPool", {}, lambda x: F.max_pool2d(x, 2), (2, 2, 4, 6)),
    case("maxPool", {}, lambda x: F.max_pool2d(x, 2), (1, 2, 5, 3)),
    case("reshape", {"to": [2, 2, 9, 2]}, lambda x: x.reshape(2, 2, 9, 2), (2, 6, 3, 2)),
    case("channelGram", {"over": "sum"}, lambda a, b: torch.einsum("nixy,njxy->nij", a, b), (2, 3, 4, 5), (2, 2, 4, 5)),
    case("channelGram", {"over": "mean"}, lambda a, b: torch.einsum("nixy,njxy->nij", a, b) / 20, (2, 2, 4, 5), (2, 2, 4, 5)),
    case("mixChannels", {}, lambda w, x: torch.einsum("nij,njxy->nixy", w, x), (2, 3, 3), (2, 3, 4, 5)),
    case("volumeConv", {}, lambda x, w, b: F.conv3d(x[:, None], w, b, padding=1)[:, 0], (2, 3, 4, 5), (1, 1, 3, 3, 3), (1,)),
    case("attention", {}, attend, (2, 3, 5, 4), (2, 3, 2, 2), (2, 4, 2, 2)),
    # More than one block of queries, the last one not full.
    case("attention", {}, attend, (1, 1, 13, 41), (1, 1, 2, 1), (1, 1, 2, 1)),
]

with open("test/graph/fixtures/operators.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
