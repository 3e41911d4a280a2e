export { baseName, modelRefOfGguf, modelRefOfName, quantizationOfGguf } from '../../contracts/names/model_ref.ts'
