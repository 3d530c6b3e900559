"""ResNet-8 and learned step size quantization in PyTorch, written from the papers, not from Tally's code.

    python3 lsq_resnet8_pytorch.py DIRECTORY

DIRECTORY/run.json says what to do; tensors are raw little-endian files beside it:
    steps, batch, image: [c, h, w], scale, rates: learning rate of each step, momentum, weightDecay,
    bits: null or {"weights": b, "activations": b, "codes": "sign-magnitude" | "twos-complement"},
    parameters: {name: shape}  -> parameter.<name>.f32
    images.u8 [steps, batch, c, h, w], labels.u8 [steps, batch]
Prints a JSON list: the loss of each step.

Quantizer: Esser et al., "Learned step size quantization", ICLR 2020, equations 1 and 2 and the
pseudocode of its appendix (gradient scaling, pass-through rounding).
Network: Banbury et al., "MLPerf Tiny benchmark", 2021 (ResNet-8), batch norm as in He et al. 2016.
"""

import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class GradScale(torch.autograd.Function):
    """x forward, its gradient scaled. (The paper's x - x g + x g is x only up to an ulp.)"""

    @staticmethod
    def forward(ctx, x, scale):
        ctx.scale = scale
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dy):
        return dy * ctx.scale, None


class RoundPass(torch.autograd.Function):
    """Nearest integer forward (ties to even), the gradient passed straight through."""

    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, dy):
        return dy


class Quantizer(nn.Module):
    """vhat = round(clip(v / s, -Qn, Qp)) * s with a learned scalar s."""

    def __init__(self, qn, qp):
        super().__init__()
        self.qn = qn
        self.qp = qp
        self.step = nn.Parameter(torch.tensor(1.0))

    def forward(self, v, features):
        s = GradScale.apply(self.step, 1.0 / math.sqrt(features * self.qp))
        v = v / s
        v = torch.clamp(v, -self.qn, self.qp)
        return RoundPass.apply(v) * s


def activation_quantizer(bits):
    return Quantizer(0, 2**bits - 1)


def weight_quantizer(bits, codes):
    qp = 2 ** (bits - 1) - 1
    return Quantizer(qp if codes == "sign-magnitude" else qp + 1, qp)


def quantize_activation(quantizer, x):
    return x if quantizer is None else quantizer(x, x[0].numel())


class Conv(nn.Conv2d):
    def __init__(self, cin, cout, size, stride, bits, codes):
        super().__init__(cin, cout, size, stride, size // 2, bias=False)
        self.quantizer = None if bits is None else weight_quantizer(bits, codes)

    def forward(self, x):
        w = self.weight if self.quantizer is None else self.quantizer(self.weight, self.weight.numel())
        return F.conv2d(x, w, None, self.stride, self.padding)


class Linear(nn.Linear):
    def __init__(self, cin, cout, bits, codes):
        super().__init__(cin, cout)
        self.quantizer = None if bits is None else weight_quantizer(bits, codes)

    def forward(self, x):
        w = self.weight if self.quantizer is None else self.quantizer(self.weight, self.weight.numel())
        return F.linear(x, w, self.bias)


class Block(nn.Module):
    def __init__(self, cin, cout, stride, w, a, codes):
        super().__init__()
        self.q1 = None if a is None else activation_quantizer(a)
        self.q2 = None if a is None else activation_quantizer(a)
        self.conv1 = Conv(cin, cout, 3, stride, w, codes)
        self.bn1 = nn.BatchNorm2d(cout)
        self.conv2 = Conv(cout, cout, 3, 1, w, codes)
        self.bn2 = nn.BatchNorm2d(cout)
        self.shortcut = None
        if stride != 1 or cin != cout:
            self.shortcut = Conv(cin, cout, 1, stride, w, codes)
            self.bn3 = nn.BatchNorm2d(cout)

    def forward(self, x):
        q = quantize_activation(self.q1, x)
        y = F.relu(self.bn1(self.conv1(q)))
        y = self.bn2(self.conv2(quantize_activation(self.q2, y)))
        side = x if self.shortcut is None else self.bn3(self.shortcut(q))
        return F.relu(y + side)


class ResNet8(nn.Module):
    def __init__(self, cin, classes, bits):
        super().__init__()
        w = bits and bits["weights"]
        a = bits and bits["activations"]
        codes = bits and bits["codes"]
        outer = 8 if bits else None
        self.conv1 = Conv(cin, 16, 3, 1, outer, codes)
        self.bn1 = nn.BatchNorm2d(16)
        self.block1 = Block(16, 16, 1, w, a, codes)
        self.block2 = Block(16, 32, 2, w, a, codes)
        self.block3 = Block(32, 64, 2, w, a, codes)
        self.q = activation_quantizer(8) if bits else None
        self.fc = Linear(64, classes, outer, codes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.block3(self.block2(self.block1(x)))
        x = F.adaptive_avg_pool2d(x, 1)
        return self.fc(quantize_activation(self.q, x).flatten(1))


def by_name(net, bits):
    """Tally's parameter names and the tensors that they are here."""
    names = {}

    def batch_norm(name, bn):
        names[name + ".gamma"] = bn.weight
        names[name + ".beta"] = bn.bias
        names[name + ".mean"] = bn.running_mean
        names[name + ".variance"] = bn.running_var

    def layer(name, module):
        names[name + ".weight"] = module.weight
        if bits:
            names[name + ".step"] = module.quantizer.step

    layer("conv1", net.conv1)
    batch_norm("bn1", net.bn1)
    streams = ["relu1", "block1.relu2", "block2.relu2"]
    for index, block in enumerate([net.block1, net.block2, net.block3]):
        prefix = "block%d." % (index + 1)
        layer(prefix + "conv1", block.conv1)
        batch_norm(prefix + "bn1", block.bn1)
        layer(prefix + "conv2", block.conv2)
        batch_norm(prefix + "bn2", block.bn2)
        if block.shortcut is not None:
            layer(prefix + "shortcut", block.shortcut)
            batch_norm(prefix + "shortcut.bn", block.bn3)
        if bits:
            names[streams[index] + ".quantize.step"] = block.q1.step
            names[prefix + "relu1.quantize.step"] = block.q2.step
    layer("fc", net.fc)
    names["fc.bias"] = net.fc.bias
    if bits:
        names["pool.quantize.step"] = net.q.step
    return names


def main(directory):
    torch.set_num_threads(1)
    with open(directory + "/run.json") as file:
        run = json.load(file)
    net = ResNet8(run["image"][0], run["parameters"]["fc.weight"][0], run["bits"])
    names = by_name(net, run["bits"])
    if set(names) != set(run["parameters"]):
        sys.exit("parameters differ: %s" % sorted(set(names) ^ set(run["parameters"])))
    with torch.no_grad():
        for name, shape in run["parameters"].items():
            values = np.fromfile("%s/parameter.%s.f32" % (directory, name), "<f4").reshape(shape)
            assert tuple(names[name].shape) == tuple(shape), name
            names[name].copy_(torch.from_numpy(values))
    trainable = {name: value for name, value in names.items() if isinstance(value, nn.Parameter)}
    decayed = [value for name, value in trainable.items() if name.endswith(".weight")]
    plain = [value for name, value in trainable.items() if not name.endswith(".weight")]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": run["weightDecay"]}, {"params": plain, "weight_decay": 0.0}],
        lr=1.0,
        momentum=run["momentum"],
    )
    images = np.fromfile(directory + "/images.u8", np.uint8).reshape([run["steps"], run["batch"]] + run["image"])
    labels = np.fromfile(directory + "/labels.u8", np.uint8).reshape([run["steps"], run["batch"]])
    net.train()
    losses = []
    for step in range(run["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = run["rates"][step]
        x = torch.from_numpy(images[step].astype(np.float32)) * np.float32(run["scale"])
        loss = F.cross_entropy(net(x), torch.from_numpy(labels[step].astype(np.int64)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(json.dumps(losses))


main(sys.argv[1])
