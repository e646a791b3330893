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
    private const string Dead = "dead_relu";
    private const string Saturated = "saturated_activation";
    private const string Poor = "poor_initialization";
    private const string Unchanged = "unchanged_parameters";
    private const string Diagnosed = "plateau_diagnosis";
    private const string Outlier = "outlier_shard";
    private const string Stale = "stale_gradients";
    private const string Straggler = "straggler";
    private const string Stalled = "stalled_run";

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

        new("MNIST, ten sigmoid layers", "vanishing.yaml") { Expected = [Vanishing], Allowed = [Plateau, Updates, Unchanged] },
        new("MNIST, seven sigmoid layers", "vanishing.yaml", "model.hidden=[64,64,64,64,64,64,64]") { Expected = [Vanishing], Allowed = [Plateau, Updates, Unchanged] },
        new("MNIST, twelve tanh layers, tiny weights", Mnist, "model.hidden=[64,64,64,64,64,64,64,64,64,64,64,64]", "model.activation=tanh", "model.initialization=normal", "training.epochs=2")
            { Expected = [Vanishing, Poor], Allowed = [Plateau, Updates, Unchanged] },
        new("MNIST, all weights zero", Mnist, "model.initialization=zeros", "training.epochs=3") { Expected = [Zero], Allowed = [Vanishing, Plateau, Updates, Dead] },
        new("spirals, all weights zero", Spirals, "model.initialization=zeros") { Expected = [Zero], Allowed = [Vanishing, Plateau, Updates, Dead] },

        new("MNIST, learning rate 1e30", Mnist, [.. Constant, "optimizer.learning_rate=1e30", "clip=null"])
            { Expected = [NonFinite], Allowed = [Exploding, Updates, Plateau, Spike, Oscillation, Vanishing, Zero] },
        new("teacher, learning rate 3", Teacher, [.. Constant, "optimizer.learning_rate=3", "clip=null"])
            { Expected = [NonFinite, Exploding], Allowed = [Updates, Spike, Plateau, Oscillation, Vanishing] },
        new("MNIST, twelve ReLU layers, learning rate 0.5, no clip", Mnist, [.. Constant, "optimizer.learning_rate=0.5", "clip=null", "model.hidden=[256,256,256,256,256,256,256,256]", "training.epochs=2"])
            { Expected = [Exploding], Allowed = [NonFinite, Updates, Plateau, Spike, Oscillation, Vanishing] },
        new("teacher, learning rate 1, no clip", Teacher, [.. Constant, "optimizer.learning_rate=1", "clip=null"])
            { Expected = [Exploding], Allowed = [NonFinite, Updates, Plateau, Spike, Oscillation, Vanishing] },

        new("MNIST, learning rate 1 with momentum", Mnist, [.. Constant, "optimizer.learning_rate=1", .. Patient])
            { Expected = [Plateau, Dead], Allowed = [Oscillation, Exploding, Vanishing, Updates, Spike] },
        new("MNIST, learning rate 5e-4 without momentum", Mnist, [.. Constant, "optimizer.learning_rate=0.0005", "optimizer.momentum=0"]) { Expected = [Slow] },
        new("MNIST, learning rate 1e-4 without momentum", Mnist, [.. Constant, "optimizer.learning_rate=0.0001", "optimizer.momentum=0"]) { Expected = [Slow], Allowed = [Unchanged] },
        new("spirals, learning rate 1e-6", Spirals, [.. Constant, "optimizer.learning_rate=0.000001", "training.epochs=60"]) { Expected = [Slow], Allowed = [Plateau, Unchanged] },
        new("MNIST, learning rate 1e-6", Mnist, [.. Constant, "optimizer.learning_rate=0.000001", "optimizer.momentum=0"]) { Expected = [Plateau], Allowed = [Updates, Unchanged] },

        new("blobs, sixty noisy examples, a large network", Blobs, [
            "data.examples=120", "data.validation=60", "data.noise=4", "model.hidden=[256,256]", "model.initialization=he", "training.batch_size=16", "training.epochs=200", .. Patient])
            { Expected = [Overfitting], Allowed = [Overtraining] },
        new("spirals, noise beyond telling apart", Spirals, [
            .. Constant, "data.examples=400", "data.noise=1.5", "training.epochs=300", "model.hidden=[256,256]", .. Patient])
            { Expected = [Overfitting], Allowed = [Overtraining, Plateau, Slow, Oscillation, Dead] },
        new("teacher, noise and few examples", Teacher, [
            .. Constant, "data.examples=150", "data.noise=1", "model.hidden=[256]", "training.batch_size=32", "training.epochs=600", .. Patient])
            { Expected = [Overfitting], Allowed = [Overtraining, Plateau, Slow, Oscillation] },
        new("teacher at its noise", Teacher, ["data.noise=0.5", "training.epochs=100", .. Patient]) { Expected = [Overtraining], Allowed = [Plateau, Overfitting] },
        new("softmax regression, learning rate 5", Mnist, [.. Constant, "model.hidden=[]", "optimizer.learning_rate=5", "optimizer.momentum=0", "clip=null", .. Patient])
            { Expected = [Oscillation], Allowed = [Plateau, Exploding, Spike] },
        new("softmax regression, learning rate 20", Mnist, [.. Constant, "model.hidden=[]", "optimizer.learning_rate=20", "optimizer.momentum=0", "clip=null", .. Patient])
            { Expected = [Oscillation], Allowed = [Plateau, Exploding, Spike] },

        new("MNIST, sigmoid, inputs not scaled", Mnist, "model.activation=sigmoid", "model.initialization=lecun", "data.scaling=none", "training.epochs=2")
            { Expected = [Saturated, Poor], Allowed = [Vanishing, Plateau, Updates, Slow] },
        new("MNIST, tanh, inputs not scaled", Mnist, "model.activation=tanh", "model.initialization=xavier", "data.scaling=none", "training.epochs=2")
            { Expected = [Saturated, Poor], Allowed = [Vanishing, Plateau, Updates, Slow, Exploding, Oscillation] },
        new("MNIST, ReLU, inputs not scaled", Mnist, "data.scaling=none", "training.epochs=2")
            { Expected = [Poor], Allowed = [Dead, Exploding, Plateau, Vanishing, Updates, Spike, Oscillation, Slow, NonFinite, Zero, Unchanged] },
        new("MNIST, three ReLU layers, learning rate 2", Mnist, [.. Constant, "optimizer.learning_rate=2", "model.hidden=[128,128,64]", "training.epochs=2", .. Patient])
            { Expected = [Dead], Allowed = [Plateau, Exploding, Oscillation, Spike, Vanishing, Updates, Unchanged, Zero, NonFinite] },
        new("spirals, learning rate 5", Spirals, [.. Constant, "optimizer.learning_rate=5", "training.epochs=60", .. Patient])
            { Expected = [Dead], Allowed = [Plateau, Exploding, Oscillation, Spike, Vanishing, Updates, Unchanged, Zero, NonFinite, Overtraining] },
        new("MNIST, learning rate 300, no clip", Mnist, [.. Constant, "optimizer.learning_rate=300", "optimizer.momentum=0", "clip=null", "training.epochs=1", .. Patient])
            { Expected = [Updates], Allowed = [NonFinite, Exploding, Plateau, Oscillation, Spike, Vanishing, Dead, Zero, Unchanged] },
        new("MNIST, learning rate 1e-5 without momentum", Mnist, [.. Constant, "optimizer.learning_rate=0.00001", "optimizer.momentum=0", "training.epochs=3"])
            { Expected = [Unchanged], Allowed = [Slow, Plateau] },
        new("MNIST, a saddle at zero weights", Mnist, ["model.initialization=zeros", "model.activation=tanh", "monitor.diagnose_plateau=true", .. Patient])
            { Expected = [Zero, Plateau, Diagnosed], Allowed = [Vanishing, Updates, Unchanged, Poor] },
        new("blobs, a saddle at zero weights", Blobs, ["model.hidden=[32]", "model.activation=tanh", "model.initialization=zeros", "training.steps=3000", "training.epochs=null", "monitor.diagnose_plateau=true", .. Patient])
            { Expected = [Zero, Plateau, Diagnosed], Allowed = [Vanishing, Updates, Unchanged, Poor] },

        new("MNIST, a shard with inputs 20 times too large", Mnist, "training.epochs=2") { Fault = "*:2:200-9999:20", Expected = [Outlier], Allowed = [Exploding, Dead, Spike, Plateau, Oscillation, Slow] },
        new("teacher, ReLU, a shard with inputs 3 times too large", Teacher, "model.activation=relu", "model.initialization=he", "optimizer.learning_rate=0.005")
            { Fault = "*:1:50-9999:3", Expected = [Outlier], Allowed = [Exploding, Dead, Spike, Plateau, Oscillation, Slow, Overtraining] },
        new("MNIST, a batch with inputs 300 times too large", Mnist, "training.epochs=3", "clip=null") { Fault = "*:1:700-700:300", Expected = [Spike], Allowed = [Exploding, Dead, Plateau, Slow, Outlier, Oscillation] },
        new("MNIST, NaN from a worker of four processes", Mnist, "training.epochs=2", "monitor.on_nonfinite=skip_slice") { Processes = 4, Fault = "worker-2:2:100-120:NaN", Expected = [NonFinite] },
        new("MNIST, NaN from a worker, quarantine", Mnist, "training.epochs=2", "monitor.on_nonfinite=skip_slice", "monitor.quarantine_after=3") { Processes = 4, Fault = "worker-1:1:50-9999:NaN", Expected = [NonFinite] },
        new("MNIST, a straggler of three processes", Mnist, "training.epochs=2") { Processes = 3, Freeze = (30, 5), Expected = [Straggler] },
        new("MNIST, a frozen worker", Mnist, "training.epochs=2", "cluster.heartbeat_limit=30", "monitor.rules.stalled_run.seconds=1") { Processes = 2, Freeze = (2500, 500), Expected = [Stalled], Allowed = [Straggler] },
        new("MNIST, async, a strict bound on age", "mnist-async.yaml", "cluster.mode=async", "training.epochs=2", "monitor.rules.stale_gradients.steps=0.3") { Processes = 4, Expected = [Stale] },
        new("MNIST, ssp in four processes", "mnist-async.yaml", "training.epochs=2") { Processes = 4 },
        new("MNIST, two processes", Mnist, "training.epochs=2") { Processes = 2 },
    ];

    /// <summary>Faulty runs that an action should mend.</summary>
    public static IReadOnlyList<ActionTrial> Actions { get; } =
    [
        new(new("MNIST, a saddle at zero weights", Mnist, ["model.initialization=zeros", "model.activation=tanh", .. Patient]), "loss_plateau", "perturb"),
        new(new("MNIST, learning rate 5e-4, no momentum", Mnist, [.. Constant, "optimizer.learning_rate=0.0005", "optimizer.momentum=0", "training.epochs=8"]), "slow_progress", "raise_rate"),
        new(new("softmax regression, learning rate 20", Mnist, [.. Constant, "model.hidden=[]", "optimizer.learning_rate=20", "optimizer.momentum=0", "clip=null", .. Patient]), "loss_oscillation", "lower_rate"),
        new(new("teacher, learning rate 0.25, no clip", Teacher, [.. Constant, "optimizer.learning_rate=0.25", "clip=null", "log.step_every=1", .. Patient]), "exploding_gradient", "lower_rate"),
        new(new("MNIST, bad batches, no clip", Mnist, [.. Constant, "optimizer.learning_rate=0.02", "clip=null", "training.epochs=3", "training.checkpoint_every=100", .. Patient]) { Fault = "*:1:1005-1006:300" }, "loss_spike", "rollback"),
    ];
}
