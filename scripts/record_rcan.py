"""Records a tiny RCAN run by PyTorch: test/models/fixtures/rcan-tiny.{pt,json}.

The module is written anew after the paper, with the key names of the official code.

    python3 scripts/record_rcan.py      (Debian: python3-torch)
"""
import json
import torch
from torch import nn


def conv(i, o, k):
    return nn.Conv2d(i, o, k, padding=k // 2)


class ChannelAttention(nn.Module):
    def __init__(self, f, r):
        super().__init__()
        self.conv_du = nn.Sequential(conv(f, f // r, 1), nn.ReLU(), conv(f // r, f, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.conv_du(x.mean((2, 3), keepdim=True))


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return self.body(x) + x


def rcab(f, r):
    return Residual(conv(f, f, 3), nn.ReLU(), conv(f, f, 3), ChannelAttention(f, r))


class Rcan(nn.Module):
    def __init__(self, scale, groups, blocks, f, r):
        super().__init__()
        self.sub_mean, self.add_mean = conv(3, 3, 1), conv(3, 3, 1)
        self.head = nn.Sequential(conv(3, f, 3))
        members = [Residual(*[rcab(f, r) for _ in range(blocks)], conv(f, f, 3)) for _ in range(groups)]
        self.body = nn.Sequential(*members, conv(f, f, 3))
        up = nn.Sequential(conv(f, 9 * f, 3), nn.PixelShuffle(3))
        self.tail = nn.Sequential(up, conv(f, 3, 3))

    def forward(self, x):
        x = self.head(self.sub_mean(x))
        return self.add_mean(self.tail(self.body(x) + x))


def dump(t):
    return {"dims": list(t.shape), "data": [round(v, 4) for v in t.flatten().tolist()]}


if __name__ == "__main__":
    torch.manual_seed(1)
    network = Rcan(scale=3, groups=2, blocks=1, f=4, r=2)
    # A trained mean shift is no longer the identity: an implementation that hard-codes it must fail.
    mean = torch.tensor([114.444, 111.4605, 103.02])
    network.sub_mean.bias.data, network.add_mean.bias.data = -mean, mean.clone()
    for shift in (network.sub_mean, network.add_mean):
        shift.weight.data = torch.eye(3).reshape(3, 3, 1, 1) + 0.05 * torch.randn(3, 3, 1, 1)

    x = torch.rand(2, 3, 5, 7) * 255
    torch.save(network.state_dict(), "test/models/fixtures/rcan-tiny.pt")
    x = torch.tensor(dump(x)["data"]).reshape(x.shape)
    with torch.no_grad():
        y = network(x)
    with open("test/models/fixtures/rcan-tiny.json", "w") as file:
        json.dump({"input": dump(x), "output": dump(y)}, file)
