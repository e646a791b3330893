namespace DistSgd.Calibration;

/// <summary>Healthy runs, and runs with a fault that their config plants.</summary>
internal static class Corpus
{
    private const string Exploding = "exploding_gradient";
    private const string NonFinite = "nonfinite";
    private const string Oscillation = "loss_oscillation";
    private const string Overfitting = "overfitting";
    private const string Overtraining = "overtraining";
    private const string Plateau = "loss_plateau";
    private const string Slow = "slow_progress";
    private const string Spike = "loss_spike";
    private const string Updates = "update_ratio";
    private const string Vanishing = "vanishing_gradient";
    private const string Zero = "zero_weights";

    private const string Mnist = "mnist.yaml";
    private const string Spirals = "spirals.yaml";
    private const string Blobs = "blobs.yaml";
    private const string Teacher = "teacher.yaml";

    private static readonly string[] Constant = ["schedule.kind=constant", "schedule.warmup_steps=0"];
    private static readonly string[] Patient = ["training.early_stopping=null"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CorpusRun> All { get; } =
    [
        new("MNIST as shipped", Mnist),
        new("MNIST, another seed", Mnist, "seed=7"),
        new("MNIST, batch 32", Mnist, "training.batch_size=32", "optimizer.learning_rate=0.03", "training.epochs=2"),
        new("MNIST, batch 8", Mnist, "training.batch_size=8", "optimizer.learning_rate=0.01", "training.epochs=1"),
        new("MNIST, batch 1024", Mnist, "training.batch_size=1024"),
        new("MNIST, Adam", Mnist, "optimizer.kind=adam", "optimizer.momentum=0", "optimizer.learning_rate=0.001"),
        new("MNIST, tanh", Mnist, "model.activation=tanh", "model.initialization=xavier"),
        new("MNIST, three layers of GELU", Mnist, "model.hidden=[128,128,64]", "model.activation=gelu"),
        new("MNIST, six layers of ReLU", Mnist, "model.hidden=[128,128,128,128,128,128]", "optimizer.learning_rate=0.03"),
        new("MNIST, ssp", "mnist-async.yaml", "training.epochs=2"),
        new("MNIST, backup", "mnist-async.yaml", "cluster.mode=backup", "training.epochs=2"),
        new("spirals as shipped", Spirals),
        new("spirals, Adam", Spirals, "optimizer.kind=adam", "optimizer.momentum=0", "optimizer.learning_rate=0.01"),
        new("blobs as shipped", Blobs),
        new("blobs, a layer", Blobs, "model.hidden=[32]", "model.initialization=he"),
        new("teacher as shipped", Teacher),

        new("MNIST, ten sigmoid layers", "vanishing.yaml") { Expected = [Vanishing], Allowed = [Plateau, Updates] },
        new("MNIST, seven sigmoid layers", "vanishing.yaml", "model.hidden=[64,64,64,64,64,64,64]") { Expected = [Vanishing], Allowed = [Plateau, Updates] },
        new("MNIST, twelve tanh layers, tiny weights", Mnist, "model.hidden=[64,64,64,64,64,64,64,64,64,64,64,64]", "model.activation=tanh", "model.initialization=normal", "training.epochs=2")
            { Expected = [Vanishing], Allowed = [Plateau, Updates] },
        new("MNIST, all weights zero", Mnist, "model.initialization=zeros", "training.epochs=3") { Expected = [Zero], Allowed = [Vanishing, Plateau, Updates] },
        new("spirals, all weights zero", Spirals, "model.initialization=zeros") { Expected = [Zero], Allowed = [Vanishing, Plateau, Updates] },

        new("MNIST, learning rate 1e30", Mnist, [.. Constant, "optimizer.learning_rate=1e30", "clip=null"])
            { Expected = [NonFinite], Allowed = [Exploding, Updates, Plateau, Spike, Oscillation, Vanishing, Zero] },
        new("teacher, learning rate 3", Teacher, [.. Constant, "optimizer.learning_rate=3", "clip=null"])
            { Expected = [NonFinite, Exploding], Allowed = [Updates, Spike, Plateau, Oscillation, Vanishing] },
        new("MNIST, twelve ReLU layers, learning rate 0.5, no clip", Mnist, [.. Constant, "optimizer.learning_rate=0.5", "clip=null", "model.hidden=[256,256,256,256,256,256,256,256]", "training.epochs=2"])
            { Expected = [Exploding], Allowed = [NonFinite, Updates, Plateau, Spike, Oscillation, Vanishing] },
        new("teacher, learning rate 1, no clip", Teacher, [.. Constant, "optimizer.learning_rate=1", "clip=null"])
            { Expected = [Exploding], Allowed = [NonFinite, Updates, Plateau, Spike, Oscillation, Vanishing] },

        new("MNIST, learning rate 1 with momentum", Mnist, [.. Constant, "optimizer.learning_rate=1", .. Patient])
            { Expected = [Plateau], Allowed = [Oscillation, Exploding, Vanishing, Updates, Spike] },
        new("MNIST, learning rate 5e-4 without momentum", Mnist, [.. Constant, "optimizer.learning_rate=0.0005", "optimizer.momentum=0"]) { Expected = [Slow] },
        new("MNIST, learning rate 1e-4 without momentum", Mnist, [.. Constant, "optimizer.learning_rate=0.0001", "optimizer.momentum=0"]) { Expected = [Slow] },
        new("spirals, learning rate 1e-6", Spirals, [.. Constant, "optimizer.learning_rate=0.000001", "training.epochs=60"]) { Expected = [Slow], Allowed = [Plateau] },
        new("MNIST, learning rate 1e-6", Mnist, [.. Constant, "optimizer.learning_rate=0.000001", "optimizer.momentum=0"]) { Expected = [Plateau], Allowed = [Updates] },

        new("blobs, sixty noisy examples, a large network", Blobs, [
            "data.examples=120", "data.validation=60", "data.noise=4", "model.hidden=[256,256]", "model.initialization=he", "training.batch_size=16", "training.epochs=200", .. Patient])
            { Expected = [Overfitting], Allowed = [Overtraining] },
        new("spirals, noise beyond telling apart", Spirals, [
            .. Constant, "data.examples=400", "data.noise=1.5", "training.epochs=300", "model.hidden=[256,256]", .. Patient])
            { Expected = [Overfitting], Allowed = [Overtraining, Plateau, Slow, Oscillation] },
        new("teacher, noise and few examples", Teacher, [
            .. Constant, "data.examples=150", "data.noise=1", "model.hidden=[256]", "training.batch_size=32", "training.epochs=600", .. Patient])
            { Expected = [Overfitting], Allowed = [Overtraining, Plateau, Slow, Oscillation] },
        new("teacher at its noise", Teacher, ["data.noise=0.5", "training.epochs=100", .. Patient]) { Expected = [Overtraining], Allowed = [Plateau, Overfitting] },
        new("softmax regression, learning rate 5", Mnist, [.. Constant, "model.hidden=[]", "optimizer.learning_rate=5", "optimizer.momentum=0", "clip=null", .. Patient])
            { Expected = [Oscillation], Allowed = [Plateau, Exploding, Spike] },
        new("softmax regression, learning rate 20", Mnist, [.. Constant, "model.hidden=[]", "optimizer.learning_rate=20", "optimizer.momentum=0", "clip=null", .. Patient])
            { Expected = [Oscillation], Allowed = [Plateau, Exploding, Spike] },
    ];
}
