import { expect, test } from 'vitest'
import { rtx4070Laptop } from '../../curate/rtx4070-laptop-ghost91.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const FILE = 'fit-bench-results.csv'
const converted = convertFiles(rtx4070Laptop, {
  [FILE]: `model,quant,provider,mode,size_gib,params,moe,fit_target,ctx,ngl,ubatch,offload,pp4096_tps,pp4096_stddev_tps,tg128_tps,tg128_stddev_tps,reps,bench_ts
Qwen3.5-9B,Q4_K_M,unsloth,text,5.5,9B,false,256,262144,all,512,,2048,70.7,64,0.5,20,2026-05-16T12:37:27+0200
gemma-4-E2B-QAT,Q4_0,google,vision,2.5,5B,false,256,131072,all,512,,4096,70.7,128,0.5,20,2026-05-17T12:37:27+0200
Qwen3.5-9B,IQ3_S-2.81bpw,byteshape,text,3,9B,false,256,50k,all,512,,4096,70.7,128,0.5,20,2026-05-18T12:37:27+0200
Qwen3.5-35B-A3B,Q4_K_M,unsloth,text,20,35B,true,256,50k,41,512,40,512,70.7,32,0.5,20,2026-05-19T12:37:27+0200
gpt-oss-20b,MXFP4,ggml-org,text,11.3,20B,true,256,50k,all,512,12,512,70.7,32,0.5,20,2026-05-19T12:37:27+0200
`,
})

test('a line holds two tests, and each is a row', () => {
  expect(rowAt(converted, `${FILE}#1.1`)).toMatchObject({ tokens_in: 4096, tokens_out: 1, first_token_ms: 2000 })
  expect(rowAt(converted, `${FILE}#1.2`)).toMatchObject({
    ts: '2026-05-16T00:00:00Z',
    model_ref: 'hf:Qwen/Qwen3.5-9B',
    quantization: 'Q4_K_M',
    gpu_name: 'NVIDIA GeForce RTX 4070 Laptop GPU',
    weights_mb: 5632,
    tokens_in: 0,
    tokens_out: 128,
    decode_time_ms: 2000,
    runs: 20,
  })
})

test('formats of their own keep their label; QAT is told from plain Q4_0', () => {
  expect(rowAt(converted, `${FILE}#3.1`).quantization).toBe('IQ3_S-2.81bpw')
  expect(rowAt(converted, `${FILE}#2.1`)).toMatchObject({
    model_ref: 'hf:google/gemma-4-E2B-it',
    quantization: 'QAT-Q4_0',
  })
  expect(flawRows(converted, 'image encoder')).toBe(2)
})

test('tests that ran on the processor as well are dropped', () => {
  expect(droppedRows(converted)).toEqual({ 'layers or experts ran on the processor': 4 })
})
