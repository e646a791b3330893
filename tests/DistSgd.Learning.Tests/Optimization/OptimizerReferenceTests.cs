using DistSgd.Learning.Optimization;
using DistSgd.Learning.Tests.Optimization.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Optimization;

public class OptimizerReferenceTests
{
    [Theory]
    [MemberData(nameof(OptimizerCases.Converging), MemberType = typeof(OptimizerCases))]
    public void Agrees_with_the_plain_double_precision_form_on_random_vectors(string name)
    {
        OptimizerCase optimizer = OptimizerCases.Get(name);
        OptimizerSettings settings = optimizer.Settings with { WeightDecay = 0.05 };
        Prop.ForAll<uint, byte>((seed, size) =>
        {
            int count = 2 + (size % 60);
            float[] start = RandomGradients.Draw(seed, -1, count);
            var reference = new ReferenceOptimizer(settings, optimizer.Momentum, [.. start.Select(x => (double)x)]);
            var driver = new TransformDriver(Optimizer.Build(settings), start) { Momentum = optimizer.Momentum };
            for (int t = 0; t < 15; t++)
            {
                float[] gradient = RandomGradients.Draw(seed, t, count);
                driver.LearningRate = 0.05 / (1 + t);
                driver.Step(gradient);
                reference.Step(gradient, driver.LearningRate);
            }

            driver.Parameters.ShouldBeNear(reference.Parameters, 1e-5);
        }).QuickCheckThrowOnFailure();
    }

    // The numbers are PyTorch's 1.13, in double precision:
    //   for name, make in cases:   # make(p) = torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.1) and so on
    //       p = torch.tensor([1., -2., 3.], dtype=torch.float64, requires_grad=True)
    //       optimizer = make([p])
    //       for t in range(5):
    //           p.grad = torch.tensor([((7*t + 3*i) % 11 - 5) / 4 for i in range(3)], dtype=torch.float64)
    //           optimizer.step()
    //       print(name, p.tolist())
    public static TheoryData<string, OptimizerSettings, double, double[]> PyTorch => new()
    {
        {
            "SGD(p, 0.1)", new() { Kind = OptimizerKind.Sgd }, 0, [0.975, -2.125, 3.0500000000000003]
        },
        {
            "SGD(p, 0.1, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Sgd, WeightDecay = 0.1 },
            0,
            [0.92280460115, -2.0254901743000002, 2.9037176744499997]
        },
        {
            "SGD(p, 0.1, momentum=0.9, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Sgd, WeightDecay = 0.1, UseMomentum = true },
            0.9,
            [1.06717912715, -1.9907177563, 2.6007565424499997]
        },
        {
            "SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Sgd, WeightDecay = 0.1, UseMomentum = true, Nesterov = true },
            0.9,
            [0.9727709721817382, -2.018923092876007, 2.554908645552756]
        },
        {
            "Adagrad(p, 0.1, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Adagrad, WeightDecay = 0.1 },
            0,
            [0.9935286929891954, -1.9730538402342122, 2.900364519644702]
        },
        {
            "RMSprop(p, 0.1, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Rmsprop, WeightDecay = 0.1 },
            0,
            [0.8379170107901757, -1.7982854605633993, 2.2167451254291843]
        },
        {
            "RMSprop(p, 0.1, alpha=0.95, momentum=0.9)",
            new() { Kind = OptimizerKind.Rmsprop, Smoothing = 0.95, UseMomentum = true },
            0.9,
            [2.0464527935418078, -1.6565317214946185, 1.956972388018937]
        },
        {
            "Adam(p, 0.1)", new() { Kind = OptimizerKind.Adam }, 0, [1.1582583183615016, -2.0267899956055886, 2.920618067201655]
        },
        {
            "Adam(p, 0.1, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Adam, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-4, WeightDecay = 0.1 },
            0,
            [1.0869028113854795, -1.9445147004165098, 2.7706176978324395]
        },
        {
            "AdamW(p, 0.1, weight_decay=0.1)",
            new() { Kind = OptimizerKind.Adamw, WeightDecay = 0.1 },
            0,
            [1.1034299411347488, -1.9304502247944237, 2.7768035595512135]
        },
    };

    [Theory]
    [MemberData(nameof(PyTorch))]
    public void Gives_the_numbers_of_pytorch(string call, OptimizerSettings settings, double momentum, double[] expected)
    {
        var driver = new TransformDriver(Optimizer.Build(settings), 1, -2, 3) { LearningRate = 0.1, Momentum = momentum };
        for (int t = 0; t < 5; t++)
        {
            driver.Step([.. Enumerable.Range(0, 3).Select(i => ((((7 * t) + (3 * i)) % 11) - 5) / 4f)]);
        }

        driver.Parameters.ShouldBeNear(expected, 2e-6, call);
    }
}
