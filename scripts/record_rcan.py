"""Records a tiny RCAN run by PyTorch: test/models/fixtures/rcan-tiny.{pt,json}.

The module is written anew after the paper, with the key names of the official code.

    python3 scripts/record_rcan.py      (Debian: python3-torch)
"""
import torch
from torch import nn
from recording import Residual, conv, rcab, rounded, save_run, save_weights, shift_means


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


if __name__ == "__main__":
    torch.manual_seed(1)
    network = Rcan(scale=3, groups=2, blocks=1, f=4, r=2)
    shift_means(network, [114.444, 111.4605, 103.02])
    x = torch.rand(2, 3, 5, 7) * 255
    save_weights("rcan", network)
    save_run("rcan", network, rounded(x, 4), 4)
