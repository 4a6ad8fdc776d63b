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
]

with open("test/graph/fixtures/operators.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
