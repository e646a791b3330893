namespace DistSgd.Mutants;

/// <summary>The planted bugs. None of them changes what the reference computes, or it would be wrong in the same way.</summary>
public static class MutantCatalog
{
    private const string Worker = "DistSgd.Training/Actors/WorkerActor.cs";
    private const string Server = "DistSgd.Training/Actors/ParameterServerActor.cs";
    private const string Sequel = "DistSgd.Training/Server/StepSequel.cs";
    private const string Step = "DistSgd.Training/Server/StepRound.cs";
    private const string Collection = "DistSgd.Training/Server/GradientCollection.cs";
    private const string Roster = "DistSgd.Training/Server/Roster.cs";
    private const string Evaluations = "DistSgd.Training/Server/Evaluations.cs";
    private const string Evaluation = "DistSgd.Training/Server/EvaluationRound.cs";
    private const string Probe = "DistSgd.Training/Server/Probes/ProbeRound.cs";
    private const string Checkpoints = "DistSgd.Training/Server/CheckpointQueue.cs";
    private const string Ending = "DistSgd.Training/Server/RunEnding.cs";
    private const string Parameters = "DistSgd.Training/Server/ParameterServer.cs";
    private const string Clocks = "DistSgd.Training/Server/ShardClockPace.cs";
    private const string Backup = "DistSgd.Training/Server/BackupPace.cs";
    private const string Requests = "DistSgd.Training/Server/SliceRequests.cs";
    private const string Decoder = "DistSgd.Training/Wire/FrameDecoder.cs";
    private const string Loop = "DistSgd.Hosting/Mailbox/MailboxLoop.cs";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("a worker obeys an old server", Worker, "return term == _term;", "return true;"),
        new("a worker forgets the shards that it is dealt", Worker, "_own.Assign(assignment.Shards);", ";"),
        new("a step takes the next step's examples", Worker, "_task.Batches.RangeOf(step.Step)", "_task.Batches.RangeOf(step.Step + 1)"),
        new("lost slices are computed of the next step's examples", Worker, "_task.Batches.RangeOf(request.Step)", "_task.Batches.RangeOf(request.Step + 1)"),
        new("slices are answered under the next step's number", Worker, "_report.Step = step;", "_report.Step = step + 1;"),
        new("evaluated blocks are numbered from the second on", Worker, "request.Part, «request.FirstBlock», _results)", "request.FirstBlock + 1"),

        new("a lost worker still owes its slices", Server, "_pace.Disown(left.Worker);", ";"),
        new("a lost worker still owes its evaluation", Server, "_evaluations.Disown(left.Worker);", ";"),
        new("evaluations are not handed over", Server, "_evaluations.HandOver(context);", ";"),
        new("steps are not handed over", Server, "_pace.HandOver(context);", ";"),
        new("who joins takes nothing over", Server, "if («_hasBegun»)\n        {\n            HandOver", "_hasBegun && _roster.Workers.Count > 1"),
        new("the run goes one step too far", Sequel, "if («parts.Server.Step >= task.TotalSteps»)", "parts.Server.Step > task.TotalSteps"),
        new("a resumed server begins anew", Server, "_server.Restore(checkpoint);", ";"),
        new("an evaluation that was cut off is forgotten", Server, "_ending.EvaluationIsDue |= _evaluations.IsRunning && Result is null;", ";"),
        new("an evaluation that is due is left out", Server, "if («_ending.EvaluationIsDue»)", "_ending.EvaluationIsDue && _server.Step == 0"),
        new("an evaluation comes a step late", Sequel, "? «parts.Server.Step % every == 0»", "parts.Server.Step % every == 1 % every"),
        new("the wait for others begins once only", Server, "_waitsForOthers = false;", ";"),

        new("gradients of other steps count", Step, "gradient.Step == _message.Step", "true"),
        new("a completed step stays open", Step, "IsOpen &= !completes;", ";"),
        new("shards do not move", Step, "roster.DealIfChanged(context);", "if (step < 2) { roster.DealIfChanged(context); }"),
        new("who takes slices over does not owe them", Step, "_gradients.Transfer(dealt, roster.Workers[w]);", ";"),
        new("slices are asked for under the next step's number", Step, "new RecomputeSlices(term, «_message.Step», dealt", "_message.Step + 1"),

        new("a slice that is there counts again", Collection, "_present[shard] || _orphaned[shard] || _owners[shard] != worker", "_orphaned[shard] || _owners[shard] != worker"),
        new("what came in for the last step counts for the next", Collection, "Array.Clear(_present);", ";"),
        new("sums of the last step stay in the collection", Collection, "Array.Clear(_byFirstShard);", ";"),
        new("a step completes with a slice missing", Collection, "return _missing == 0;", "return _missing <= 1;"),
        new("only the first of the missing slices is handed over", Collection, "[.. Enumerable.Range(0, _owners.Length).Where(shard => _orphaned[shard])]", "[.. Enumerable.Range(0, _owners.Length).Where(shard => _orphaned[shard]).Take(1)]"),

        new("a loss changes no deal", Roster, "«HasChanged = true;»\n        _dealt.Remove", "HasChanged = _workers.Count == 0;"),
        new("the last shards are dealt to nobody", Roster, "ShardRange.Deal(_workerOfShard.Length, _workers.Count, w)", "ShardRange.Deal(_workerOfShard.Length, _workers.Count + 1, w)"),
        new("other shards are not told to who was there", Roster, "context.Send(worker, new AssignShards(term, dealt));", "if (isNew) { context.Send(worker, new AssignShards(term, dealt)); }"),
        new("who joins twice is there twice", Roster, "if («_workers.Contains(worker)» || _quarantined.Contains(worker))", "false"),
        new("a worker that is back keeps its shards untold", Roster, "Report(left.Worker, left.Change, held ?? [], context, left.Reason);", "_dealt[left.Worker] = held ?? [];"),

        new("what is measured by who is gone is waited for", Probe, "if («_requests is not null»)", "false"),
        new("a repeated block counts twice", Evaluation, "_missing -= block is null ? 1 : 0;", "_missing -= 1;"),
        new("blocks of another step count", Evaluation, "report.Step != _step", "false"),
        new("blocks of another part count", Evaluation, "report.Part != Part", "false"),
        new("blocks of who is gone are waited for", Evaluation, "owner = owner == worker ? null : owner;", ";"),
        new("the final evaluation of the test part is left out", Evaluations, "if («task.Data.Count(part) > 0» &&", "task.Data.Count(part) > 0 && part != DataPart.Test"),

        new("a checkpoint is acknowledged before it is written", Checkpoints, "Receipt = «store.Save(Snapshot)»", "new CheckpointReceipt(\"\", 0, \"\")"),
        new("the second waiting checkpoint is never written", Checkpoints, "_writing = false;\n        «StartNext(context);»", ";"),
        new("a checkpoint shares its vector with the training", Parameters, "Parameters = «CheckpointQueue.Copy(Parameters)»", "Parameters"),
        new("the run ends with the last but one checkpoint", Ending, "work.Step == server.Step && _checkpoints.IsIdle", "true"),
        new("the optimizer's state is not restored", Parameters, "checkpoint.RestoreSlots([.. Slots.Select(slot => (slot.Name, slot.Values))]);", ";"),
        new("the count of updates is not restored", Parameters, "UpdateCount = checkpoint.State.UpdateCount;", ";"),
        new("a checkpoint has the next term's number", Parameters, "Term = «options.Term»,", "options.Term + 1"),
        new("an example too many is counted", Parameters, "result.ExamplesKept += slice.Examples;", "result.ExamplesKept += slice.Examples + (slice.Shard == 1 ? 1 : 0);"),
        new("a step in nine is numbered twice", Parameters, "«Step++;»\n        result.Step", "Step += Step % 9 == 8 ? 0 : 1;"),

        new("a shard may be a step further ahead", Clocks, "!(_clocks[shard] - slowest > staleness)", "!(_clocks[shard] - slowest > staleness + 1)"),
        new("no shard waits for the slowest", Clocks, "long slowest = «_clocks.Min()»;", "_clocks.Max()"),
        new("slices are applied while the server evaluates", Clocks, "if («!_isOpen»)\n        {\n            _held", "false"),
        new("what was held back is forgotten", Clocks, "_held.Add(gradient);", ";"),
        new("a shard's clock stands still", Clocks, "_clocks[partial.Range.First]++;", ";"),
        new("a step has a slice too many", Clocks, "_appliedInStep == roster.Shards", "_appliedInStep == roster.Shards + 1L"),
        new("a lost worker's request is waited for", Requests, "Forget(ActorId worker) => _requests.Remove(«worker»)", "new ActorId(\"\")"),
        new("an answer counts twice", Requests, "request.Missing.RemoveAll(shard => shard >= partial.Range.First && shard < partial.Range.End);", "if (request.Step % 2 == 0) { request.Missing.RemoveAll(shard => shard >= partial.Range.First && shard < partial.Range.End); }"),
        new("late slices count for the open step", Backup, "_isOpen && gradient.Step == _step", "_isOpen"),
        new("a step closes with one slice too few", Backup, "_missing <= backup", "_missing <= backup + 1"),

        new("a damaged payload is taken in", Decoder, "found != _header.PayloadChecksum", "false"),
        new("a damaged head is taken in", Decoder, "found != header.HeadChecksum", "false"),
        new("timers never fire", Loop, "due <= _clock.GetUtcNow() && _timers.TryDequeue(out next, out _)", "false && _timers.TryDequeue(out next, out _)"),
    ];
}
